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
        encoding.append(maxTTL == nil ? expiresAt : -1)
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
