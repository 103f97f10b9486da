import Logging
package import Access
import Issuance
import Ledger
package import PKI

extension Authority {
    /// Certifies the key of a CSR: with a token, or with a ticket that enrols its identity.
    package func sign(_ order: SigningOrder, permit: Permit) async throws(AuthorityError) -> Certified {
        try await audited(permit, resource: "\(order.role)/\(order.csr.subject.commonName.first ?? order.commonName ?? "")") {
            () async throws(AuthorityError) in
            try self.require(permit, .sign, profile: order.role)
            let profile = try self.profile(order.role)
            let names = NameRequest(
                decided: DecidedNames(ticket: permit.principal.ticket), csr: order.csr, commonName: order.commonName,
                organization: order.organization, organizationalUnit: order.organizationalUnit, names: order.names)
            return try await self.certify(
                names, publicKey: order.csr.publicKey, profile: profile, ttl: order.ttl, claim: profile.claim(of: permit),
                key: order.idempotencyKey, permit: permit)
        }
    }

    /// Makes a key and certifies it. The key goes to the caller and is forgotten.
    package func issue(_ order: IssueOrder, permit: Permit) async throws(AuthorityError) -> Certified {
        try await audited(permit, resource: "\(order.role)/\(order.commonName ?? "")") { () async throws(AuthorityError) in
            try self.require(permit, .issue, profile: order.role)
            let profile = try self.profile(order.role)
            let key = try self.makeKey(order.keyKind, profile: profile)
            let names = NameRequest(
                commonName: order.commonName, organization: order.organization, organizationalUnit: order.organizationalUnit,
                names: order.names)
            return try await self.certify(
                names, publicKey: key.publicKey, profile: profile, ttl: order.ttl, claim: profile.claim(of: permit),
                key: order.idempotencyKey,
                permit: permit, privateKey: key)
        }
    }

    /// Renews the certificate that the client connected with. The profile of today decides; names stay.
    package func renew(
        _ csr: SigningRequest, ttl: Int64?, idempotencyKey: IdempotencyKey? = nil, permit: Permit
    ) async throws(AuthorityError) -> Certified {
        guard case .certificate(let presented) = permit.principal.credential else { throw .access(.certificateNeeded) }
        return try await audited(permit, resource: presented.identity.description) { () async throws(AuthorityError) in
            try self.require(permit, .renew)
            let profile = try self.profile(presented.profile)
            let names = NameRequest(decided: DecidedNames(presented: presented), csr: csr)
            let claim = IssuanceClaim.renewal(
                presented: presented.serialNumber, grace: profile.renewal.grace, exclusive: profile.renewal.exclusive)
            return try await self.certify(
                names, publicKey: csr.publicKey, profile: profile, ttl: ttl, claim: claim, key: idempotencyKey, permit: permit)
        }
    }

    private func profile(_ role: String) throws(AuthorityError) -> CertificateProfile {
        do { return try policies.maker.role(role) } catch { throw .issuance(error) }
    }

    /// Plans, builds, lints and signs; then the ledger decides, and only what it has recorded is returned.
    private func certify(
        _ names: NameRequest, publicKey: SubjectPublicKey, profile: CertificateProfile, ttl: Int64?, claim: IssuanceClaim,
        key: IdempotencyKey?, permit: Permit, privateKey: PrivateKey? = nil
    ) async throws(AuthorityError) -> Certified {
        let idempotency = key.map {
            $0.claim(permit, names, key: publicKey.sha256, ttl: ttl, now: clock.seconds, life: idempotencyLife)
        }
        return try await recorded(
            Certification(
                names: names, publicKey: publicKey, profile: profile, ttl: ttl, claim: claim, requester: permit.principal.auditName,
                idempotency: idempotency, privateKey: privateKey
            ) { identity, now in
                permit.event(resource: identity, at: now, details: ["profile": profile.name])
            })
    }

    /// The CA's own server certificate: no request, no permit, and recorded like any other.
    func certify(own names: NameRequest, key: PrivateKey, profile: CertificateProfile) async throws(AuthorityError) -> Certified {
        try await recorded(
            Certification(names: names, publicKey: key.publicKey, profile: profile, claim: .own, requester: "system") { identity, now in
                AuditEvent(
                    timestamp: now, principal: "system", action: .serverCertificate, resource: identity, result: .allowed, ipAddress: "",
                    userAgent: "", details: ["profile": profile.name])
            })
    }

    private func recorded(_ order: Certification) async throws(AuthorityError) -> Certified {
        // Its own certificate is made all the same, dated by the best that is known: without it nothing could be revoked.
        if order.claim != .own, let fault = clock.fault() { throw .clock(fault) }
        let maker = policies.maker
        let now = clock.milliseconds()
        let (plan, warnings) = try self.plan(order.names, order.publicKey, order.profile, order.ttl, maker, now: now / 1000)
        let issuer: Issuer
        do { issuer = try maker.issuer(of: order.profile) } catch { throw .issuance(error) }
        // The server's own stays good for those who do not look: without it nothing could be revoked.
        if order.claim != .own, isRevoked(issuer) { throw .issuance(.issuerRevoked(issuer.name)) }
        var record = CertificateRecord(plan, der: [], issuer: issuer.name, requester: order.requester)
        var issuance = IssuanceRecord(
            certificate: record, claim: order.claim, audit: order.event(record.identity.description, now), idempotency: order.idempotency,
            keyReuse: order.claim == .own ? .allow : order.profile.keys.reuse)
        let outcome: IssuanceOutcome
        if let repeated = try await repeated(issuance, now: now / 1000) {
            outcome = repeated
        } else {
            let issued: IssuedCertificate
            do { issued = try maker.make(plan) } catch { throw .signing(error) }
            record = CertificateRecord(issued, issuer: issuer.name, requester: order.requester)
            issuance.certificate = record
            do { outcome = try await ledger.record(issuance, now: now / 1000) } catch { throw .ledger(error) }
        }
        if outcome.isRepeat, order.privateKey != nil {
            throw .request(.alreadyIssued(serial: outcome.certificate.serialNumber.description))
        }
        // A repeat may be of a time when the profile had another issuer.
        let signer = maker.issuers[outcome.certificate.issuer] ?? issuer
        return Certified(
            outcome.certificate, issuer: signer, profile: order.profile, warnings: warnings + outcome.warnings, privateKey: order.privateKey)
    }

    /// The certificate that a ticket, a certificate or a named request has got before: no signature is made for it, nor for a credential that has ended.
    private func repeated(_ draft: IssuanceRecord, now: Int64) async throws(AuthorityError) -> IssuanceOutcome? {
        switch draft.claim {
        case .own: return nil
        case .token where draft.idempotency == nil: return nil
        case .token, .ticket, .renewal: break
        }
        do throws(LedgerError) {
            guard try await ledger.foresee(draft, now: now) != nil else { return nil }
            // A lost answer is asked for again a few times, and not a hundred times a second.
            _ = refusals.isFirst(of: draft.audit.principal, address: draft.audit.ipAddress, code: "repeated", at: clock.milliseconds())
            return try await ledger.record(draft, now: now)
        } catch {
            if case .draftNotRepeated = error { return nil }
            throw .ledger(error)
        }
    }

    private func plan(
        _ names: NameRequest, _ publicKey: SubjectPublicKey, _ profile: CertificateProfile, _ ttl: Int64?, _ maker: CertificateMaker,
        now: Int64
    ) throws(AuthorityError) -> (CertificatePlan, [String]) {
        var generator = AnyGenerator(base: randomness.generator())
        do {
            return try maker.plan(names, publicKey: publicKey, profile: profile, ttl: ttl, now: now, using: &generator)
        } catch { throw .issuance(error) }
    }

    /// Whether a new enrolment ends the line of the certificate that was presented.
    private func isExclusive(_ permit: Permit) -> Bool {
        guard case .certificate(let presented) = permit.principal.credential else { return false }
        return policies.maker.profiles.role(presented.profile)?.renewal.exclusive ?? false
    }

    /// Runs a use case; when it refuses, the refusal is audited before it is thrown.
    private func audited(
        _ permit: Permit, resource: String, _ body: () async throws(AuthorityError) -> Certified
    ) async throws(AuthorityError) -> Certified {
        do throws(AuthorityError) {
            let (principal, now) = (permit.principal, clock.milliseconds())
            if principal.isBoundToOneUse, refusals.isExcessive(principal.auditName, address: principal.ipAddress, at: now) {
                throw .request(.tooManyRefusals(limit: RefusalCounts.limit))
            }
            return try await body()
        } catch {
            if case .request(.tooManyRefusals) = error { throw error }
            guard case .ledger(.fork(let presented, let current)) = error else {
                await auditRefusal(
                    of: permit.principal, permit.action.audited, resource: resource, code: error.code, result: error.auditResult)
                throw error
            }
            // The fork stays open, and is told of once a minute, however often it is tried again.
            let (principal, now) = (permit.principal, clock.milliseconds())
            guard refusals.isFirst(of: principal.auditName, address: principal.ipAddress, code: error.code, at: now) else { throw error }
            var event = permit.event(resource: resource, at: now, details: ["code": error.code])
            event.result = .fork
            await noteFork(presented: presented, current: current, exclusive: isExclusive(permit), event)
            logger.critical(
                "fork: two parties renew with the key of one certificate",
                metadata: ["presented": "\(presented)", "current": "\(current)", "ip": "\(permit.principal.ipAddress)"])
            throw error
        }
    }
}

extension IssuanceOutcome {
    fileprivate var warnings: [String] {
        let key = sharesKeyWith.map { "the public key is also that of \($0): revoking either for keyCompromise ends both; use a key of its own" }
        let name = sharedName.map {
            "the name '\($0.name)' is also held by \($0.holder): whoever looks at that name alone cannot tell them apart"
        }
        return [key, name].compactMap(\.self)
    }
}

extension Certified {
    init(
        _ record: CertificateRecord, issuer: Issuer, profile: CertificateProfile, warnings: [String], privateKey: PrivateKey? = nil
    ) {
        self.init(
            record: record, issuer: issuer,
            renewAt: profile.renewal.renewAt(serialNumber: record.serialNumber, notBefore: record.notBefore, notAfter: record.notAfter),
            warnings: warnings, privateKey: privateKey)
    }
}
