extension IdempotencyClaim {
    /// SHA-256 over every column of the idempotency key's row.
    package var digest: [UInt8] {
        var encoding = CanonicalEncoding()
        encoding.append(keySHA256)
        encoding.append(requestSHA256)
        encoding.append(expiresAt)
        return encoding.sha256
    }
}

extension CRLRecord {
    /// SHA-256 over every column of the publication.
    package var digest: [UInt8] {
        var encoding = CanonicalEncoding()
        encoding.append(issuer)
        for number in [self.number, thisUpdate, nextUpdate, Int64(entryCount)] { encoding.append(number) }
        encoding.append(sha256)
        return encoding.sha256
    }
}
