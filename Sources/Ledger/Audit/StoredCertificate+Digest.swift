import PKI

extension StoredCertificate {
    /// SHA-256 over every column of the certificate. Its audit event holds it, so that a changed column contradicts the audit chain.
    /// The revocation, which comes later, is not part of it.
    package var digest: [UInt8] {
        var encoding = CanonicalEncoding(capacity: record.der.count + 1024)
        let numbers = [id, identityID, parentID ?? 0, issuedAt.seconds, Int64(record.lineage), Int64(record.generation)]
        for number in numbers { encoding.append(number) }
        encoding.append(record.serialNumber.octets)
        let identity = record.identity
        let texts = [record.issuer, identity.profile, identity.name, record.profile, record.profileVersion, record.commonName]
        for text in texts { encoding.append(text) }
        encoding.append(optional: record.organization)
        encoding.append(optional: record.organizationalUnit)
        encoding.append(Int64(record.subjectAlternativeNames.count))
        for name in record.subjectAlternativeNames { encoding.append(name) }
        encoding.append(record.notBefore)
        encoding.append(record.notAfter)
        encoding.append(record.publicKeySHA256)
        encoding.append(record.requester)
        encoding.append(record.der)
        return encoding.sha256
    }
}
