internal import APISchema
internal import PKI

/// What a call of `renew` did.
public enum RenewalOutcome: Sendable, Equatable {
    /// The certificate is not due yet and was left alone.
    case notDue(CredentialSummary)
    case renewed(CredentialSummary)
}

extension CertificateClient {
    /// Makes a key in the directory, has it certified and stores the pair; whatever was there is replaced only after the new one was checked.
    ///
    /// May be repeated after any failure: as long as no answer was stored, the same key is used.
    public func enroll(_ enrolment: Enrolment, into store: CredentialStore) async throws(ClientError) -> CredentialSummary {
        try await enroll(enrolment, into: store, announce: false, retry: .persistent)
    }

    /// As the public one, for an agent that announces changes and has its own pauses.
    func enroll(
        _ enrolment: Enrolment, into store: CredentialStore, announce: Bool, retry: RetryPolicy
    ) async throws(ClientError) -> CredentialSummary {
        guard let credential = configuration.credential else { throw .credentialMissing(.enrolment) }
        let secret = try credential.read()
        return try await store.withLock { () async throws(ClientError) in
            try store.refuseExposedKey()
            let trust = try trust(for: store)
            try await store.refuseForeignFiles(trust)
            func certify(_ key: PrivateKey) async throws(ClientError) -> CredentialSummary {
                let csr = try enrolment.signingRequest(key: key)
                var request = try APIRequest.post(
                    "/v1/pki/sign/\(enrolment.profile)", SigningOrder(csr: csr), repeatable: true, secret: secret)
                request.retry = retry
                let answer = try await order(request, store: store, trust: trust, identity: nil)
                let accepted = try await accept(answer, key: key, expecting: .enrolment(enrolment), trust: trust)
                return try store.install(accepted, key: key, profile: enrolment.profile, announce: announce)
            }
            let key = try store.pendingKey(for: .enrolment(enrolment), type: enrolment.keyType)
            do throws(ClientError) { return try await certify(key) } catch {
                // A run that was killed when all was stored has spent the ticket: for the key that lies here it answers the same certificate.
                guard case .refused(let refusal) = error, refusal.code == "ticket_spent" else { throw error }
                try store.forgetPending()
                guard let present = try store.installedKey() else { throw error }
                do throws(ClientError) { return try await certify(present) } catch { throw .refused(refusal) }
            }
        }
    }

    /// Exchanges the pair for one with a new key, over TLS with the present certificate as the credential.
    ///
    /// - Parameter force: also when the certificate is not due yet.
    public func renew(_ store: CredentialStore, force: Bool) async throws(ClientError) -> RenewalOutcome {
        try await renew(store, force: force, announce: false, retry: .persistent)
    }

    /// As the public one, for an agent that announces changes and has its own pauses.
    func renew(
        _ store: CredentialStore, force: Bool, announce: Bool, retry: RetryPolicy
    ) async throws(ClientError) -> RenewalOutcome {
        guard ClientFile.exists(store.directory) else { throw .noCredentials(directory: store.directory) }
        return try await store.withLock { () async throws(ClientError) in
            let present = try store.read()
            try store.forgetInstalledPending()
            let now = surroundings.now()
            guard present.summary.isValid(at: now) else {
                throw .expiredCredentials(
                    directory: store.directory, commonName: present.state.commonName, notAfter: present.state.notAfter)
            }
            guard force || now >= present.state.renewAt else { return .notDue(present.summary) }
            return .renewed(try await replace(present, in: store, announce: announce, retry: retry))
        }
    }

    private func replace(
        _ present: StoredCredentials, in store: CredentialStore, announce: Bool, retry: RetryPolicy
    ) async throws(ClientError) -> CredentialSummary {
        let trust = try trust(for: store)
        let key = try store.pendingKey(for: .renewal(of: present.state.serialNumber), type: KeyType(present.key.algorithm))
        let csr = try present.certificate.renewalRequest(key: key)
        var request = try APIRequest.post("/v1/pki/renew", SigningOrder(csr: csr), repeatable: true, secret: nil)
        request.retry = retry
        let answer = try await order(request, store: store, trust: trust, identity: present.identity)
        let accepted = try await accept(answer, key: key, expecting: .renewal(of: present.certificate), trust: trust)
        return try store.install(accepted, key: key, profile: present.state.profile, announce: announce)
    }

    /// A request that the CA judged wrong is not repeated with the same key.
    private func order(
        _ request: APIRequest, store: CredentialStore, trust: TrustAnchors, identity: ClientIdentity?
    ) async throws(ClientError) -> SignedCertificate {
        do { return try await data(request, trust: trust, identity: identity) } catch {
            if case .refused(let refusal) = error, refusal.judgesRequest { try store.forgetPending() }
            throw error
        }
    }

    private func accept(
        _ answer: SignedCertificate, key: PrivateKey, expecting expectation: AcceptedCertificate.Expectation, trust: TrustAnchors
    ) async throws(ClientError) -> AcceptedCertificate {
        do throws(CertificateMismatch) {
            return try await AcceptedCertificate(
                answer, key: key.publicKey, expecting: expectation, trust: trust, now: surroundings.now())
        } catch { throw .unacceptable(error) }
    }

    /// The configured roots, else the one beside the certificate.
    private func trust(for store: CredentialStore) throws(ClientError) -> TrustAnchors {
        if let trust = configuration.trust { return trust }
        guard let root = try store.root() else { throw .trustMissing }
        return root
    }
}

/// Body of `pki/sign/:role` and `pki/renew`.
private struct SigningOrder: Codable, Sendable {
    let csr: String
}

extension CertificateDocument {
    /// A PKCS#10 request for another key and the same names.
    func renewalRequest(key: PrivateKey) throws(ClientError) -> String {
        // A device's URI is the CA's to give, but a request that repeats it agrees with it.
        do {
            let der = try makeSigningRequest(
                key: key, commonName: commonName, organization: organization, organizationalUnit: organizationalUnit, names: names)
            return PEM.encode(der, type: "CERTIFICATE REQUEST")
        } catch { throw .key(reason: error.summary) }
    }
}
