package import Access
import Issuance
import Ledger
import Logging
package import PKI

extension Authority {
    /// Certifies the key of a CSR, for a token or for a ticket that enrols its identity; or makes a key, which is returned and not kept.
    package func certify(_ order: IssuanceOrder, permit: Permit) async throws(AuthorityError) -> IssuanceResult {
        let name = order.csr?.subject.commonName.first ?? order.commonName ?? ""
        return try await audited(permit, resource: "\(order.role)/\(name)") { () async throws(AuthorityError) in
            try self.require(permit, order.csr == nil ? .issue : .sign, profile: order.role)
            let profile = try permit.policies.profile(order.role)
            let key = try self.key(of: order, profile: profile)
            let names = NameRequest(
                decided: DecidedNames(ticket: permit.principal.ticket), csr: order.csr, commonName: order.commonName,
                organization: order.organization, organizationalUnit: order.organizationalUnit, names: order.names)
            return try await self.issuance(
                names, publicKey: key.certified, profile: profile, ttl: order.ttl, claim: profile.claim(of: permit),
                key: order.idempotencyKey, permit: permit, privateKey: key.made
            ).run()
        }
    }

    /// Renews the certificate that the client connected with, by the profile in force; its names stay.
    package func renew(
        _ csr: SigningRequest, ttl: Int64?, idempotencyKey: IdempotencyKey? = nil, permit: Permit
    ) async throws(AuthorityError) -> IssuanceResult {
        guard case .certificate(let presented) = permit.principal.credential else { throw .access(.certificateNeeded) }
        return try await audited(permit, resource: presented.identity.description) { () async throws(AuthorityError) in
            try self.require(permit, .renew)
            let profile = try permit.policies.profile(presented.profile)
            let claim = IssuanceClaim.renewal(
                presented: presented.serialNumber, grace: profile.renewal.grace, exclusive: profile.renewal.exclusive)
            return try await self.issuance(
                NameRequest(decided: DecidedNames(presented: presented), csr: csr), publicKey: csr.publicKey, profile: profile, ttl: ttl,
                claim: claim, key: idempotencyKey, permit: permit
            ).run()
        }
    }

    /// The CA's own server certificate: no request, no permit, and recorded like any other.
    func certify(own names: NameRequest, key: PrivateKey, profile: CertificateProfile, maker: CertificateMaker)
        async throws(AuthorityError) -> IssuanceResult
    {
        try await CertificateIssuance(
            authority: self, maker: maker, profile: profile, names: names, publicKey: key.publicKey, claim: .own, requester: "system"
        ) { identity, milliseconds in
            AuditEvent(
                timestamp: milliseconds, principal: "system", action: .serverCertificate, resource: identity, result: .allowed,
                ipAddress: "",
                userAgent: "", details: ["profile": profile.name])
        }.run()
    }

    private func issuance(
        _ names: NameRequest, publicKey: SubjectPublicKey, profile: CertificateProfile, ttl: Int64?, claim: IssuanceClaim,
        key: IdempotencyKey?, permit: Permit, privateKey: PrivateKey? = nil
    ) -> CertificateIssuance {
        let idempotency = key.map {
            $0.claim(permit, names, key: publicKey.sha256, ttl: ttl, now: clock.now, life: idempotencyLife)
        }
        return CertificateIssuance(
            authority: self, maker: permit.policies.maker, profile: profile, names: names, publicKey: publicKey, ttl: ttl, claim: claim,
            requester: permit.principal.auditName, idempotency: idempotency, privateKey: privateKey
        ) { identity, milliseconds in
            permit.event(resource: identity, at: milliseconds, details: ["profile": profile.name])
        }
    }

    /// The key to certify, and the private one when it is made here: of a kind that the profile permits. RSA keys are not made here, since making one
    /// would stop other requests for a tenth of a second.
    private func key(
        of order: IssuanceOrder, profile: CertificateProfile
    ) throws(AuthorityError) -> (certified: SubjectPublicKey, made: PrivateKey?) {
        let wish: KeyAlgorithm?
        switch order.key {
        case .requested(let csr): return (csr.publicKey, nil)
        case .generated(let algorithm): wish = algorithm
        }
        let candidates = wish.map { [$0] } ?? KeyAlgorithm.allCases
        guard let algorithm = candidates.first(where: { $0.isMadeOnRequest && profile.keys.types.contains($0.policyName) }) else {
            throw .request(.keyTypeNotMade(wish?.name ?? profile.keys.types.joined(separator: ", ")))
        }
        do {
            let key = try PrivateKey.generate(algorithm)
            return (key.publicKey, key)
        } catch {
            throw .signing(.signerFailed("\(error)"))
        }
    }

    /// Runs a use case; when it refuses, the refusal is audited before it is thrown.
    private func audited(
        _ permit: Permit, resource: String, _ body: () async throws(AuthorityError) -> IssuanceResult
    ) async throws(AuthorityError) -> IssuanceResult {
        let principal = permit.principal
        if principal.isBoundToOneUse, attempts.isExcessive(principal.auditName, address: principal.ipAddress, at: clock.milliseconds()) {
            throw .request(.tooManyRefusals(limit: AttemptCounts.limit))
        }
        do {
            return try await body()
        } catch {
            guard case .ledger(.fork(let presented, let current)) = error else {
                await auditRefusal(of: principal, permit.action.audited, resource: resource, code: error.code, result: error.auditResult)
                throw error
            }
            // The fork stays open, and is told of once a minute, however often it is tried again.
            let now = clock.milliseconds()
            guard attempts.isFirst(of: principal.auditName, address: principal.ipAddress, code: error.code, at: now) else { throw error }
            var event = permit.event(resource: resource, at: now, details: ["code": error.code])
            event.result = .fork
            await noteFork(presented: presented, current: current, exclusive: permit.endsOlderLines, event)
            logger.critical(
                "fork: two parties renew with the key of one certificate",
                metadata: ["presented": "\(presented)", "current": "\(current)", "ip": "\(principal.ipAddress)"])
            throw error
        }
    }
}

extension Policies {
    fileprivate func profile(_ role: String) throws(AuthorityError) -> CertificateProfile {
        do { return try maker.role(role) } catch { throw .issuance(error) }
    }
}

extension Permit {
    /// True when a new enrolment ends the lineage of the presented certificate.
    fileprivate var endsOlderLines: Bool {
        guard case .certificate(let presented) = principal.credential else { return false }
        return policies.maker.profiles.role(presented.profile)?.renewal.exclusive ?? false
    }
}

/// The CA's own certificate and key, ready to serve.
package struct OwnCertificate: Sendable {
    /// Leaf first, root left out.
    package let chain: [CertificateDocument]
    /// Stays in memory.
    package let key: PrivateKey
    /// Time at which to replace it.
    package let renewAt: UnixTime
}

extension Authority {
    /// A certificate of the reserved profile for the CA's own names, with a new key.
    package func certifyItself(hostNames: [String]) async throws(AuthorityError) -> OwnCertificate {
        let maker = policies.maker
        guard let profile = maker.profiles.server else { throw .issuance(.unknownRole("server", known: maker.profiles.roleNames)) }
        let names = NameRequest(names: hostNames.map(generalName(ofHost:)))
        let key: PrivateKey
        do { key = try PrivateKey.generate(.p256) } catch { throw .signing(.signerFailed("\(error)")) }
        let certified = try await certify(own: names, key: key, profile: profile, maker: maker)
        do {
            let leaf = try CertificateDocument(der: certified.record.der)
            return OwnCertificate(
                chain: [leaf] + certified.issuer.chain.dropLast(), key: key, renewAt: certified.renewAt)
        } catch { throw .signing(.undecodable("\(error)")) }
    }
}
