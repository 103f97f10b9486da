package import Access
package import Ledger
import PKI

extension Authority {
    /// Suspends an identity, also one without a live certificate: it neither renews, nor enrols with a ticket that exists by now. Its certificates stay as
    /// they are; revoke them to end them. A new ticket for exactly this identity makes it active again.
    package func suspend(_ name: IdentityName, permit: Permit) async throws(AuthorityError) -> IdentityRecord {
        try require(permit, .suspend, profile: name.profile)
        let now = clock.milliseconds()
        let event = permit.event(.suspend, resource: name.description, at: now, details: ["profile": name.profile])
        do { return try await ledger.suspend(name, now: UnixTime(milliseconds: now), audit: event) } catch {
            await auditRefusal(of: permit.principal, .suspend, resource: name.description, code: error.code)
            throw .ledger(error)
        }
    }
}
