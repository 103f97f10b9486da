package import Access
package import Ledger
package import PKI

extension Authority {
    /// A certificate by its serial number. Certificates are public: no permit.
    package func certificate(_ serialNumber: SerialNumber) async throws(AuthorityError) -> CertificateRecord? {
        do { return try await ledger.certificate(serialNumber) } catch { throw .ledger(error) }
    }

    /// Serial numbers in the order of issuance. Asks for a search permit: the list is the inventory.
    package func serialNumbers(
        revokedOnly: Bool, after: SerialNumber?, limit: Int, permit: Permit
    ) async throws(AuthorityError) -> [SerialNumber] {
        try require(permit, .search)
        do {
            let serials = try await ledger.serialNumbers(profiles: permit.profiles, revokedOnly: revokedOnly, after: after, limit: limit)
            try await ledger.append(
                permit.event(
                    .search, resource: revokedOnly ? "certs/revoked" : "certs", at: clock.milliseconds(),
                    details: ["found": "\(serials.count)"]))
            return serials
        } catch { throw .ledger(error) }
    }

    /// The next piece of a list that `serialNumbers` began: with the same permit, and without a second audit row.
    package func furtherSerialNumbers(
        revokedOnly: Bool, after: SerialNumber, limit: Int, permit: Permit
    ) async throws(AuthorityError) -> [SerialNumber] {
        try require(permit, .search)
        do { return try await ledger.serialNumbers(profiles: permit.profiles, revokedOnly: revokedOnly, after: after, limit: limit) } catch
        { throw .ledger(error) }
    }

    /// Certificates that match, newest first; the search itself is audited.
    package func search(
        _ filter: CertificateFilter, after: SerialNumber?, limit: Int, permit: Permit
    ) async throws(AuthorityError) -> LedgerPage<CertificateRecord, SerialNumber> {
        try require(permit, .search)
        var filter = filter
        filter.profiles = permit.profiles
        if let profile = filter.profile { try requireProfile(profile, permit) }
        do {
            let found = try await ledger.search(filter, after: after, limit: limit, now: clock.now)
            try await ledger.append(
                permit.event(resource: "certificates", at: clock.milliseconds(), details: ["found": "\(found.count)"]))
            return found
        } catch { throw .ledger(error) }
    }

    /// Audit rows, newest first; reading the log is audited too.
    package func auditRows(
        _ filter: AuditFilter, before: Int64?, limit: Int, permit: Permit
    ) async throws(AuthorityError) -> LedgerPage<AuditRow, Int64> {
        try require(permit, .audit)
        var filter = filter
        filter.profiles = permit.profiles
        do {
            let rows = try await ledger.auditRows(filter, before: before, limit: limit)
            try await ledger.append(
                permit.event(resource: "security_audit", at: clock.milliseconds(), details: ["found": "\(rows.count)"]))
            return rows
        } catch { throw .ledger(error) }
    }

    /// Refuses a profile that the reader's rules do not name, and does not answer as if there were nothing.
    private func requireProfile(_ profile: String, _ permit: Permit) throws(AuthorityError) {
        guard let allowed = permit.profiles, !allowed.contains(profile) else { return }
        throw .access(.profileNotAllowed(action: permit.action.rawValue, profile: profile, profiles: allowed.sorted()))
    }
}
