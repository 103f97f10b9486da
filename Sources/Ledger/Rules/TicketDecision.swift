import PKI

/// Decides the claim of a ticket, as the ticket stands in this transaction.
struct TicketDecision {
    let rows: any LedgerRows
    let certificate: CertificateRecord
    let now: UnixTime

    /// Throws why the ticket does not pay for the certificate.
    func decide(ticket id: Int64) throws -> IssuanceDecision {
        let ticket = try rows.known(token: id)
        guard let scope = ticket.ticket else { throw LedgerError.tokenUnknown }
        guard !ticket.revoked else { throw LedgerError.ticketRevoked }
        guard scope.admits(certificate) else { throw LedgerError.ticketForOtherIdentity(certificate.identity) }
        let identity = try rows.identity(certificate.identity)
        if let identity, let repeated = try repeatedUse(of: ticket, by: identity) { return .repeats(repeated) }
        guard now < ticket.expiresAt else { throw LedgerError.ticketExpired }
        if let left = ticket.usesLeft, left < 1 { throw LedgerError.ticketSpent }
        // Enrolling reactivates an identity that is suspended.
        guard let identity else { return .enrol(nil, ticket: ticket) }
        if case .pattern = scope.subject { throw LedgerError.identityExists(certificate.identity) }
        if let last = identity.suspendedAfterToken, id <= last { throw LedgerError.ticketOlderThanSuspension(certificate.identity) }
        try identity.record.admitOrganization(of: certificate)
        return .enrol(identity, ticket: ticket)
    }

    /// The certificate that the ticket has already given to this key, while it is good: also when the ticket is spent or has expired since,
    /// for a lost answer must not cost a device its enrolment.
    private func repeatedUse(of ticket: TokenRecord, by identity: StoredIdentity) throws -> StoredCertificate? {
        guard identity.record.suspendedAt == nil else { return nil }
        guard let id = try rows.ticketUse(ticket: ticket.id, key: certificate.publicKeySHA256, identity: identity.id),
            let stored = try rows.certificate(id: id), stored.isLive(at: now)
        else { return nil }
        return stored
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
