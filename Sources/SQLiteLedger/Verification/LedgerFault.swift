package import Ledger
package import PKI

/// The first thing that `SQLiteLedger.verify` finds wrong.
package enum LedgerFault: Explained, Equatable {
    /// SQLite's own integrity check found the file damaged.
    case fileDamaged(String)
    /// A table, index, view or trigger that this program did not make so.
    case schemaForeign(String, SchemaFlaw)
    /// A row points to one that does not exist.
    case danglingReference(table: String, row: Int64)
    /// A row of the audit log is not as it was written.
    case auditRow(id: Int64, AuditFlaw)
    /// The log ends before a row that is known to have been written.
    case auditTruncated(expected: Int64, found: Int64)
    /// The row that an earlier publication names has another hash now: the log was rewritten.
    case auditRewritten(id: Int64)
    /// The certificate is not the one that the audit log says was issued, or is gone.
    case certificateAltered(SerialNumber)
    /// The revocations are not those that this audit row says were made, or are gone.
    case revocationsAltered(auditRow: Int64)
    /// The token is not the one that the audit log says was created, or is gone.
    case tokenAltered(id: Int64)
    /// The audit log tells of another number of rows than the table has.
    case unaudited(table: String, audited: Int64, stored: Int64)
    /// A row is not as the audit log tells that it was left.
    case stateDiffers(table: String, row: String, column: String)
    /// A kept counter differs from what it counts.
    case counterDiffers(name: String, kept: Int64, counted: Int64)
    /// The lineages of an identity have gaps.
    case lineageMissing(IdentityName)
    /// The generations of a lineage have gaps.
    case generationMissing(IdentityName, lineage: Int)
    /// A renewed certificate does not follow an older one of its lineage.
    case parentWrong(SerialNumber)
    /// A revocation does not fit its certificate, its key or its issuer's CRL numbers.
    case revocationWrong(SerialNumber)
    /// Revocations are missing from their sequence.
    case revocationMissing(counted: Int64, last: Int64)
}

/// Faults of a part of the schema.
package enum SchemaFlaw: Sendable, Equatable {
    /// No migration of this program makes it.
    case foreign
    /// It is not as this program's migrations make it.
    case changed
    /// It is gone.
    case missing
}

/// Faults of a row of the audit log.
package enum AuditFlaw: Sendable, Equatable {
    /// Its columns do not make its hash.
    case altered
    /// It does not carry the hash of the row before it.
    case unchained
    /// Rows before and after it exist.
    case missing
}

extension LedgerFault {
    /// The fault in words.
    package var summary: String {
        switch self {
        case .fileDamaged(let text): "the ledger's file is damaged: \(text)"
        case .schemaForeign(let name, .foreign): "the ledger has a \(name) that is not this program's"
        case .schemaForeign(let name, .changed): "the ledger's \(name) is not as this program makes it"
        case .schemaForeign(let name, .missing): "the ledger's \(name) is missing"
        case .danglingReference(let table, let row): "row \(row) of \(table) points to a row that does not exist"
        case .auditRow(let id, .altered): "audit row \(id) was altered: its columns do not make its hash"
        case .auditRow(let id, .unchained): "audit row \(id) does not follow the row before it"
        case .auditRow(let id, .missing): "audit row \(id) is missing"
        case .auditTruncated(let expected, let found): "the audit log ends at row \(found), but row \(expected) was written"
        case .auditRewritten(let id): "audit row \(id) is not the one that was published: the log was rewritten"
        case .certificateAltered(let serial): "certificate \(serial) is not the one that the audit log says was issued"
        case .revocationsAltered(let id): "revocations are missing or not those that audit row \(id) says were made"
        case .tokenAltered(let id): "token \(id) is not the one that the audit log says was created"
        case .unaudited(let table, let audited, let stored): "\(table) has \(stored) rows, but the audit log tells of \(audited)"
        case .stateDiffers(let table, let row, let column): "\(table) \(row) is not as the audit log says: \(column) differs"
        case .counterDiffers(let name, let kept, let counted): "the counter of \(name) says \(kept), but there are \(counted)"
        case .lineageMissing(let identity): "\(identity) misses certificates of a lineage"
        case .generationMissing(let identity, let lineage): "\(identity) misses a generation of lineage \(lineage)"
        case .parentWrong(let serial): "certificate \(serial) does not follow an older one of its lineage"
        case .revocationWrong(let serial): "the revocation of certificate \(serial) does not fit the certificate or its issuer's CRLs"
        case .revocationMissing(let counted, let last): "there are \(counted) revocations, but the last one is number \(last)"
        }
    }

    /// The next step in words.
    package var remedy: String {
        switch self {
        case .fileDamaged, .danglingReference: "check the disk, keep a copy of the file, and restore the last good backup"
        case .schemaForeign:
            "somebody changed the ledger behind the server, and what was written since may be wrong: keep a copy, find out who, and restore the last good backup"
        case .auditTruncated: "if an old backup was restored, bring back the newer one; else treat the machine as broken into"
        case .auditRow, .auditRewritten, .certificateAltered, .tokenAltered, .revocationsAltered, .unaudited, .stateDiffers,
            .counterDiffers, .lineageMissing, .generationMissing, .parentWrong, .revocationWrong, .revocationMissing:
            "somebody or something changed the file behind the server: keep a copy, find out who, and restore the last good backup"
        }
    }
}
