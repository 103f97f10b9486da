import PKI

extension TokenRecord {
    /// SHA-256 over every column that never changes. Its audit event holds it, so that an inserted or altered token contradicts the audit chain.
    package var digest: [UInt8] {
        var encoding = CanonicalEncoding()
        encoding.append(id)
        encoding.append(accessor)
        encoding.append(secretSHA256)
        encoding.append(displayName)
        encoding.append(Int64(policies.count))
        for policy in policies { encoding.append(policy) }
        encoding.append(createdAt)
        encoding.append(maxTTL ?? -1)
        // Only a renewable token's end ever moves, and never beyond what maxTTL says.
        encoding.append(maxTTL == nil ? expiresAt.seconds : -1)
        encoding.append(parentID ?? 0)
        encoding.append(optional: ticket?.profile)
        switch ticket?.subject {
        case .identity(let name): encoding.append("identity"); encoding.append(name)
        case .pattern(let glob): encoding.append("pattern"); encoding.append(glob)
        case nil: encoding.append("")
        }
        encoding.append(optional: ticket?.organization)
        encoding.append(optional: ticket?.type)
        // Of tickets without, as those were before there were any, the digest stays as it was written.
        if let names = ticket?.names, !names.isEmpty {
            encoding.append(Int64(names.count))
            for name in names { encoding.append(name) }
        }
        return encoding.sha256
    }
}

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
        for number in [self.number, thisUpdate.seconds, nextUpdate.seconds, Int64(entryCount)] { encoding.append(number) }
        encoding.append(sha256)
        return encoding.sha256
    }
}

extension LedgerRows {
    /// SHA-256 over all columns of the revocations after one sequence, up to and including another.
    package func revocationsDigest(after first: Int64, through last: Int64) throws -> [UInt8] {
        var encoding = CanonicalEncoding()
        try forEachRevocation(after: first, through: last) { row in
            encoding.append(row.sequence)
            // A forgotten serial number stands for its certificate, also after that was adopted.
            if let serial = row.serialNumber { encoding.append(serial) } else { encoding.append(row.certificate ?? 0) }
            encoding.append(row.issuer)
            for number in [row.date.seconds, row.reason, row.crlNumber] { encoding.append(number) }
        }
        return encoding.sha256
    }
}

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
