import APISchema
import PKI

extension PublishedAuditHead {
    /// Whether the issuer that the head names signed it.
    func isVouched(by lists: [AuthenticList]) -> Bool {
        lists.contains { $0.isNamed && $0.name.description == issuer && $0.issuer.hasSigned(statement, signature) }
    }

    /// Throws when the head may not follow the one that is held: row numbers only rise, but for a recovery that the server tells of, and a row that was
    /// seen keeps its hash.
    ///
    /// - Parameter lists: of the issuers that may have signed it.
    func check(after held: PublishedAuditHead?, lists: [AuthenticList]) throws(AuditHeadFault) {
        guard id >= 0, recoveredAt ?? 0 >= 0, octets(hexadecimal: hash)?.count == 32 else { throw .malformed(id: id) }
        guard isVouched(by: lists) else { throw .notSigned }
        guard let held else { return }
        let (epoch, heldEpoch) = (recoveredAt ?? 0, held.recoveredAt ?? 0)
        guard epoch >= heldEpoch, epoch > heldEpoch || id >= held.id else { throw .wentBack(id: id, held: held.id) }
        guard epoch > heldEpoch || id > held.id || hash == held.hash else { throw .changed(id: id) }
    }

    /// Whether both are the same row of the same chain, whoever signed them.
    func isSameRow(as other: PublishedAuditHead?) -> Bool { statement == other?.statement }
}
