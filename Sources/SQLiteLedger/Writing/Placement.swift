import GRDB
import Ledger

/// The place of a new certificate: lineage, generation and parent.
struct Placement: Sendable {
    let identityID: Int64
    let lineage: Int
    let generation: Int
    /// The certificate presented for renewal.
    var parentID: Int64?
    /// The ticket that pays for it.
    var ticketID: Int64?
    /// Uses that it has left afterwards; nil: any number.
    var ticketUsesLeft: Int64?

    /// The first generation of a new lineage; makes the identity when there is none.
    static func newLineage(of identity: StoredIdentity?, for certificate: CertificateRecord, in db: Database) throws -> Placement {
        let identities = IdentityTable(db: db)
        guard let identity else {
            let id = try identities.insert(certificate.identity, organization: certificate.organization)
            return Placement(identityID: id, lineage: 1, generation: 1)
        }
        let lineage = try identities.advance(identity, organization: certificate.organization)
        return Placement(identityID: identity.id, lineage: lineage, generation: 1)
    }
}

/// The ledger's decision about an issuance that it does not refuse.
enum IssuanceDecision {
    /// A new certificate, there.
    case issue(Placement)
    /// The credential has already got this certificate for the same key.
    case repeats(StoredCertificate)
}
