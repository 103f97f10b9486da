package import Access
package import Ledger
package import PKI

/// Which certificate to revoke, and why.
package struct RevokeOrder: Sendable {
    package var serialNumber: SerialNumber
    /// The whole certificate, when the caller sent it: it must be the recorded one.
    package var der: [UInt8]?
    package var reason: RevocationReason
    /// Whether to suspend the identity; nil: as the reason says.
    package var suspend: Bool?

    package init(serialNumber: SerialNumber, der: [UInt8]? = nil, reason: RevocationReason, suspend: Bool? = nil) {
        self.serialNumber = serialNumber
        self.der = der
        self.reason = reason
        self.suspend = suspend
    }
}

extension Authority {
    /// Revokes a certificate; durable when it returns, and listed in the CRL that the receipt names.
    package func revoke(_ order: RevokeOrder, permit: Permit) async throws(AuthorityError) -> RevocationReceipt {
        let serial = order.serialNumber.description
        do {
            let record = try await known(order)
            let permit = try access(permit, .revoke, profile: record.profile, object: serial)
            let now = clock.milliseconds()
            let receipt = try await written(order, permit: permit, now: now)
            revoked(receipt.certificate.issuer)
            return receipt
        } catch {
            await auditRefusal(of: permit.principal, .revoke, resource: serial, code: error.code, result: error.auditResult)
            throw error
        }
    }

    private func known(_ order: RevokeOrder) async throws(AuthorityError) -> CertificateRecord {
        let found: CertificateRecord?
        do { found = try await ledger.certificate(order.serialNumber) } catch { throw .ledger(error) }
        guard let record = found else { throw .ledger(.certificateUnknown(order.serialNumber)) }
        if let der = order.der, der != record.der { throw .request(.certificateDiffers(serial: order.serialNumber.description)) }
        return record
    }

    private func access(_ permit: Permit, _ action: Action, profile: String, object: String) throws(AuthorityError) -> Permit {
        do { return try policies.access.permit(permit.principal, action, profile: profile, object: object) } catch { throw .access(error) }
    }

    private func written(_ order: RevokeOrder, permit: Permit, now: Int64) async throws(AuthorityError) -> RevocationReceipt {
        let event = permit.event(
            resource: order.serialNumber.description, at: now, details: ["reason": order.reason.name])
        do {
            return try await ledger.revoke(
                RevocationOrder(
                    serialNumber: order.serialNumber, reason: order.reason, date: now / 1000,
                    suspendsIdentity: order.suspend ?? order.reason.suspendsIdentity, audit: event))
        } catch { throw .ledger(error) }
    }
}
