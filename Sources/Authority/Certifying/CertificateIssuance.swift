import Access
import Issuance
import Ledger
import PKI

/// The steps from a permitted request to a durable certificate, in order in `run`.
struct CertificateIssuance {
    let authority: Authority
    /// Profiles and issuers in force when the request was permitted.
    let maker: CertificateMaker
    let profile: CertificateProfile
    let names: NameRequest
    let publicKey: SubjectPublicKey
    /// Seconds; nil for the profile's lifetime.
    var ttl: Int64?
    let claim: IssuanceClaim
    /// As the audit log names it.
    let requester: String
    var idempotency: IdempotencyClaim?
    /// Made here, for `issue`.
    var privateKey: PrivateKey?
    /// The audit event of its success, from the identity and the time in milliseconds.
    let event: (_ identity: String, _ milliseconds: Int64) -> AuditEvent

    func run() async throws(AuthorityError) -> IssuanceResult {
        let milliseconds = authority.clock.milliseconds()
        let now = UnixTime(milliseconds: milliseconds)

        // Step 1: a clock that is believed, and an issuer that the root has not revoked.
        let issuer = try issuer()

        // Step 2: the profile decides names, key, serial number and validity.
        let (plan, warnings) = try plan(now: now)

        // Step 3: one read finds what the ledger would refuse or answer again, which costs no signature.
        var issuance = draft(of: plan, issuer: issuer, at: milliseconds)
        if let first = try await repeated(issuance, now: now) {
            return try result(first, issuer: issuer, warnings: warnings)
        }

        // Step 4: encode, read back and lint the octets, sign them, and verify the signature.
        let issued: IssuedCertificate
        do { issued = try await maker.make(plan) } catch { throw .signing(error) }

        // Step 5: one transaction decides the claim and writes certificate, identity, use of the ticket and audit event.
        issuance.certificate = CertificateRecord(issued, issuer: issuer.name, requester: requester)
        let outcome = try await record(issuance, now: now)

        // Step 6: only what is durable is answered.
        return try result(outcome, issuer: issuer, warnings: warnings)
    }

    /// The profile's issuer; throws while the clock is not believed, or when the root has revoked the issuer. The server's own certificate is made anyway.
    private func issuer() throws(AuthorityError) -> Issuer {
        if claim != .own, let fault = authority.clock.fault() { throw .clock(fault) }
        let issuer: Issuer
        do { issuer = try maker.issuer(of: profile) } catch { throw .issuance(error) }
        if claim != .own, authority.isRevoked(issuer) { throw .issuance(.issuerRevoked(issuer.name)) }
        return issuer
    }

    private func plan(now: UnixTime) throws(AuthorityError) -> (CertificatePlan, warnings: [String]) {
        var generator = AnyGenerator(base: authority.randomness.generator())
        do {
            return try maker.plan(names, publicKey: publicKey, profile: profile, ttl: ttl, now: now, using: &generator)
        } catch { throw .issuance(error) }
    }

    private func draft(of plan: CertificatePlan, issuer: Issuer, at milliseconds: Int64) -> IssuanceRecord {
        let certificate = CertificateRecord(plan, der: [], issuer: issuer.name, requester: requester)
        return IssuanceRecord(
            certificate: certificate, claim: claim, audit: event(certificate.identity.description, milliseconds), idempotency: idempotency,
            keyReuse: claim == .own ? .allow : profile.keys.reuse)
    }

    /// The certificate that this ticket, certificate or idempotency key got before; nil when there is none.
    private func repeated(_ draft: IssuanceRecord, now: UnixTime) async throws(AuthorityError) -> IssuanceOutcome? {
        guard draft.claim != .own else { return nil }
        do {
            guard let first = try await authority.ledger.foresee(draft, now: now) else { return nil }
            // Its private key is not kept: the refusal alone is told.
            if privateKey != nil { return IssuanceOutcome(first, isRepeat: true) }
            // The first repeat of a minute is a row of the audit log, the others are counted. With a token each is a row: its transaction checks
            // that the token is alive.
            let isWritten = draft.audit.actingToken != nil || authority.attempts.isFirst(repeating: first.serialNumber, draft.audit)
            return isWritten ? try await authority.ledger.record(draft, now: now) : IssuanceOutcome(first, isRepeat: true)
        } catch {
            if case .draftNotRepeated = error { return nil }
            throw .ledger(error)
        }
    }

    private func record(_ issuance: IssuanceRecord, now: UnixTime) async throws(AuthorityError) -> IssuanceOutcome {
        do { return try await authority.ledger.record(issuance, now: now) } catch { throw .ledger(error) }
    }

    private func result(_ outcome: IssuanceOutcome, issuer: Issuer, warnings: [String]) throws(AuthorityError) -> IssuanceResult {
        let record = outcome.certificate
        if outcome.isRepeat, privateKey != nil { throw .request(.alreadyIssued(serial: record.serialNumber.description)) }
        let renewAt = profile.renewal.renewAt(serialNumber: record.serialNumber, notBefore: record.notBefore, notAfter: record.notAfter)
        return IssuanceResult(
            // A repeat may be of a time when the profile had another issuer.
            record: record, issuer: maker.issuers[record.issuer] ?? issuer, renewAt: renewAt, warnings: warnings + outcome.warnings,
            privateKey: privateKey)
    }
}

extension IssuanceOutcome {
    fileprivate var warnings: [String] {
        let key = sharesKeyWith.map {
            "the public key is also that of \($0): revoking either for keyCompromise ends both; use a key of its own"
        }
        let name = sharedName.map {
            "the name '\($0.name)' is also held by \($0.holder): whoever looks at that name alone cannot tell them apart"
        }
        return [key, name].compactMap(\.self)
    }
}
