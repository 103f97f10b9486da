package import Access
import Issuance
import Ledger
import Logging
import PKI

extension Authority {
    /// Adopts the client certificate of a renewal, if a recovery lost it.
    /// - Returns: false when it cannot be adopted: it stays unknown.
    package func adoptForRenewal(_ presented: Authenticator.Presented) async throws(AuthorityError) -> Bool {
        guard let der = presented.certificate, let found = try await forgotten(der, policies.maker) else { return false }
        let profiles = try await found.likelyProfiles(in: ledger).filter { !$0.reserved }
        // Two kinds of holder could have it: an enrolment with a ticket says which.
        guard let profile = profiles.first, profiles.count == 1 else { return false }
        let serial = found.leaf.serialNumber
        let principal = "certificate:\(serial)"
        let adoption = Adoption(
            certificate: CertificateRecord(adopting: found.leaf, issuer: found.issuer.name, profile: profile, requester: "adopted"),
            purpose: .renewal(exclusive: profile.renewal.exclusive), backdating: profile.notBeforeDuration,
            audit: AuditEvent(
                timestamp: clock.milliseconds(), principal: principal, action: .adopt, resource: "\(profile.name)/\(found.commonName)",
                result: .allowed, ipAddress: presented.ipAddress, userAgent: presented.userAgent, details: ["for": "renew"]))
        do {
            _ = try await ledger.adopt(adoption, now: clock.now)
            return true
        } catch .certificateUnknown {
            return false
        } catch {
            await refuse(adoption.audit, .ledger(error))
            throw .ledger(error)
        }
    }

    /// The same for a certificate that an administrator sends to have it revoked; the adoption itself is part of the revocation.
    func adoptionForRevocation(_ der: [UInt8], permit: Permit) async throws(AuthorityError) -> Adoption? {
        guard let found = try await forgotten(der, permit.policies.maker) else { return nil }
        let profiles = try await found.likelyProfiles(in: ledger)
        // What matters is that it can be revoked: where several fit, the first by name stands for all.
        guard let profile = profiles.first else { return nil }
        let event = permit.event(
            .adopt, resource: "\(profile.name)/\(found.commonName)", at: clock.milliseconds(),
            details: ["for": "revoke", "fitting_profiles": profiles.map(\.name).joined(separator: ",")])
        return Adoption(
            certificate: CertificateRecord(
                adopting: found.leaf, issuer: found.issuer.name, profile: profile, requester: "adopted by \(permit.principal.auditName)"),
            purpose: .revocation, backdating: profile.notBeforeDuration, audit: event)
    }

    /// A leaf that one of our issuing keys signed; nil for any other, and in a ledger that was never recovered.
    private func forgotten(_ der: [UInt8], _ maker: CertificateMaker) async throws(AuthorityError) -> ForgottenCertificate? {
        do {
            guard try await ledger.lastRecovery() != nil else { return nil }
        } catch { throw .ledger(error) }
        guard let leaf = try? CertificateDocument(der: der), let commonName = leaf.holder, let issuer = maker.signer(of: leaf) else {
            return nil
        }
        return ForgottenCertificate(leaf: leaf, commonName: commonName, issuer: issuer, profiles: maker.profiles(fitting: leaf, of: issuer))
    }

    private func refuse(_ event: AuditEvent, _ error: AuthorityError) async {
        var event = event
        event.result = error.auditResult
        event.details["code"] = error.code
        guard case .ledger(.fork(let presented, let current)) = error else { return await append(event) }
        // Only where lineages are exclusive is an older certificate a fork.
        await noteFork(presented: presented, current: current, exclusive: true, event)
        logger.critical(
            "fork: a forgotten certificate is older than what the ledger knows",
            metadata: ["presented": "\(presented)", "current": "\(current)", "ip": "\(event.ipAddress)"])
    }
}

/// A certificate of ours that is not in the ledger, with its issuer and possible profiles.
private struct ForgottenCertificate {
    let leaf: CertificateDocument
    let commonName: String
    let issuer: Issuer
    let profiles: [CertificateProfile]

    /// The profiles in which the ledger has an identity of this name; all of them when it has none.
    func likelyProfiles(in ledger: any InventoryLedger) async throws(AuthorityError) -> [CertificateProfile] {
        var known: [CertificateProfile] = []
        for profile in profiles {
            let name = IdentityName(profile: profile.name, name: commonName)
            do {
                if try await ledger.identity(name) != nil { known.append(profile) }
            } catch { throw .ledger(error) }
        }
        return known.isEmpty ? profiles : known
    }
}

extension CertificateRecord {
    /// The record as far as the certificate itself has it; the ledger's own columns are lost.
    init(adopting leaf: CertificateDocument, issuer: String, profile: CertificateProfile, requester: String) {
        let name = leaf.holder ?? ""
        self.init(
            serialNumber: leaf.serialNumber, issuer: issuer, identity: IdentityName(profile: profile.name, name: name), lineage: 0,
            generation: 0, profile: profile.name, profileVersion: "", commonName: name, organization: leaf.organization,
            organizationalUnit: leaf.organizationalUnit, subjectAlternativeNames: leaf.names.map(\.description),
            notBefore: leaf.notBefore, notAfter: leaf.notAfter, publicKeySHA256: leaf.publicKey.sha256, requester: requester, der: leaf.der)
    }
}
