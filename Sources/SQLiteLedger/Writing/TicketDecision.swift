import GRDB
import Ledger
import PKI

/// Decides the claim of a ticket, as the ticket stands in this transaction.
struct TicketDecision {
    let db: Database
    let certificate: CertificateRecord
    /// Seconds since 1970.
    let now: Int64

    /// Throws why the ticket does not pay for the certificate.
    func decide(ticket id: Int64) throws -> IssuanceDecision {
        let (identity, repeated) = try judge(ticket: id)
        if let repeated { return .repeats(repeated) }
        let left = try TokenTable(db: db).spendUse(id: id)
        var place = try Placement.newLineage(of: identity, for: certificate, in: db)
        place.ticketID = id
        place.ticketUsesLeft = left
        return .issue(place)
    }

    /// Judges by reading alone.
    /// - Returns: the identity, if it exists, and the certificate that the ticket has already given to the same key.
    func judge(ticket id: Int64) throws -> (identity: StoredIdentity?, repeated: StoredCertificate?) {
        let ticket = try TokenTable(db: db).get(id: id)
        guard let scope = ticket.ticket else { throw LedgerError.tokenUnknown }
        guard !ticket.revoked else { throw LedgerError.ticketRevoked }
        guard scope.admits(certificate) else { throw LedgerError.ticketForOtherIdentity(certificate.identity) }
        let identity = try IdentityTable(db: db).find(certificate.identity)
        if let identity, let repeated = try repeatedUse(of: ticket, by: identity) { return (identity, repeated) }
        guard now < ticket.expiresAt else { throw LedgerError.ticketExpired }
        if let left = ticket.usesLeft, left < 1 { throw LedgerError.ticketSpent }
        if let identity { try admit(identity, ticket: ticket, scope: scope) }
        return (identity, nil)
    }

    /// The certificate that the ticket has already given to this key, while it is good: also when the ticket is spent or has expired since,
    /// for a lost answer must not cost a device its enrolment.
    private func repeatedUse(of ticket: TokenRecord, by identity: StoredIdentity) throws -> StoredCertificate? {
        guard identity.record.suspendedAt == nil else { return nil }
        let uses = TicketUseTable(db: db)
        let stored = try uses.find(ticket: ticket.id, publicKeySHA256: certificate.publicKeySHA256, identity: identity.id)
        return stored.flatMap { $0.isLive(at: now) ? $0 : nil }
    }

    /// True when a ticket may enrol an identity that exists. Placement reactivates it if it is suspended.
    private func admit(_ identity: StoredIdentity, ticket: TokenRecord, scope: TicketScope) throws {
        if case .pattern = scope.subject { throw LedgerError.identityExists(identity.record.name) }
        if let last = identity.suspendedAfterToken, ticket.id <= last {
            throw LedgerError.ticketOlderThanSuspension(identity.record.name)
        }
        try identity.record.admitOrganization(of: certificate)
    }
}

extension TicketScope {
    /// True when the certificate is of the ticket's profile and subject, of its organization and type where it names them, and for no name but
    /// its identity's own and those that the ticket lists.
    func admits(_ certificate: CertificateRecord) -> Bool {
        guard profile == certificate.profile, profile == certificate.identity.profile else { return false }
        if let organization, organization != certificate.organization { return false }
        if let type, type != certificate.organizationalUnit { return false }
        let listed = Set(names.compactMap { GeneralName(description: $0)?.canonical.description })
        let own = certificate.identity.name
        let others = certificate.subjectAlternativeNames.filter { name in
            let meant = GeneralName(description: name)?.canonical
            return !["DNS:\(own)", "IP:\(own)", "URI:urn:uuid:\(own)"].contains(name) && !listed.contains(meant?.description ?? name)
                && meant?.isLoopback != true
        }
        guard others.isEmpty else { return false }
        return switch subject {
        case .identity(let name): name == certificate.identity.name
        case .pattern(let glob): PKI.glob(glob, matches: certificate.identity.name)
        }
    }
}
