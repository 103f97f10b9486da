package import Access
package import Ledger
package import PKI

/// A request to revoke a certificate, with its reason.
package struct RevokeOrder: Sendable {
    package var serialNumber: SerialNumber
    /// The whole certificate, when the caller sent it: it must be the recorded one.
    package var der: [UInt8]?
    package var reason: RevocationReason
    /// True suspends the identity; nil decides by the reason.
    package var suspend: Bool?

    package init(serialNumber: SerialNumber, der: [UInt8]? = nil, reason: RevocationReason, suspend: Bool? = nil) {
        self.serialNumber = serialNumber
        self.der = der
        self.reason = reason
        self.suspend = suspend
    }
}

extension Authority {
    /// Revokes a certificate; durable when it returns, announced by the ledger's events, and listed in the CRL that the receipt names.
    package func revoke(_ order: RevokeOrder, permit: Permit) async throws(AuthorityError) -> RevocationReceipt {
        let serial = order.serialNumber.description
        do {
            try require(permit, .revoke)
            let (profile, adoption) = try await known(order, permit: permit)
            let permit = try access(permit, .revoke, profile: profile, object: serial)
            return try await written(order, adopting: adoption, permit: permit, at: clock.milliseconds())
        } catch {
            await auditRefusal(of: permit.principal, .revoke, resource: serial, code: error.code, result: error.auditResult)
            throw error
        }
    }

    /// The profile of the certificate, and how it comes into the ledger when a recovery lost it.
    private func known(_ order: RevokeOrder, permit: Permit) async throws(AuthorityError) -> (profile: String, Adoption?) {
        let found: CertificateRecord?
        do { found = try await ledger.certificate(order.serialNumber) } catch { throw .ledger(error) }
        if let record = found {
            if let der = order.der, der != record.der { throw .request(.certificateDiffers(serial: order.serialNumber.description)) }
            return (record.profile, nil)
        }
        guard let der = order.der, let adoption = try await adoptionForRevocation(der, permit: permit) else {
            throw .ledger(.certificateUnknown(order.serialNumber))
        }
        return (adoption.certificate.profile, adoption)
    }

    private func access(_ permit: Permit, _ action: Action, profile: String, object: String) throws(AuthorityError) -> Permit {
        do { return try permit.policies.permit(permit.principal, action, profile: profile, object: object) } catch { throw .access(error) }
    }

    private func written(
        _ order: RevokeOrder, adopting adoption: Adoption?, permit: Permit, at milliseconds: Int64
    ) async throws(AuthorityError) -> RevocationReceipt {
        let event = permit.event(
            resource: order.serialNumber.description, at: milliseconds,
            details: ["reason": order.reason.name, "profile": permit.profile ?? ""])
        do {
            return try await ledger.revoke(
                RevocationOrder(
                    serialNumber: order.serialNumber, reason: order.reason, date: UnixTime(milliseconds: milliseconds),
                    suspendsIdentity: order.suspend ?? order.reason.suspendsIdentity, audit: event, adoption: adoption))
        } catch { throw .ledger(error) }
    }
}

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
