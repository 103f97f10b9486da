package import PKI

/// Makes certificates, from a checked request to signed bytes. One value for each configuration; a reload makes another.
package struct CertificateMaker: Sendable {
    package let profiles: ProfileSet
    package let issuers: [String: Issuer]
    private let reserved: ReservedNames
    /// Largest number of alternative names in a certificate: TLS stacks refuse large chains.
    private static let mostNames = 100
    private let ownKeys: Set<[UInt8]>
    private let secondOpinion = SecondOpinion()

    /// - Parameter ownKeys: SHA-256 of the SubjectPublicKeyInfo of every CA of the deployment, the root's included.
    package init(profiles: ProfileSet, issuers: [Issuer], reserved: ReservedNames, ownKeys: Set<[UInt8]>) {
        self.profiles = profiles
        self.issuers = Dictionary(uniqueKeysWithValues: issuers.map { ($0.name, $0) })
        self.reserved = reserved
        self.ownKeys = ownKeys
    }

    /// The profile behind a role's name.
    package func role(_ name: String) throws(IssuanceRefusal) -> CertificateProfile {
        guard let profile = profiles.role(name) else { throw .unknownRole(name, known: profiles.roleNames) }
        return profile
    }

    /// Decides the certificate's fields, or refuses the request.
    /// - Parameter ttl: seconds asked for; nil for the profile's lifetime.
    package func plan(
        _ request: NameRequest, publicKey: SubjectPublicKey, profile: CertificateProfile, ttl: Int64?, now: UnixTime,
        using generator: inout some RandomNumberGenerator
    ) throws(IssuanceRefusal) -> (CertificatePlan, warnings: [String]) {
        if let csr = request.csr { try check(csr) }
        let asked = max(request.csr?.names.count ?? 0, request.names.count)
        guard asked <= Self.mostNames else { throw .tooManyNames(asked, most: Self.mostNames) }
        guard profile.keys.permits(publicKey.algorithm) else {
            throw .keyNotPermitted(publicKey.algorithm.name, profile: profile.name)
        }
        guard !ownKeys.contains(publicKey.sha256) else { throw .keyOfOurOwn }
        let names = try resolve(request, profile)
        let issuer = try issuer(of: profile)
        let (validity, clamped) = try Validity.decide(profile: profile, issuer: issuer, ttl: ttl, now: now)
        let plan = CertificatePlan(
            profile: profile, names: names, publicKey: publicKey, serialNumber: SerialNumber(using: &generator),
            notBefore: validity.notBefore, notAfter: validity.notAfter)
        return (plan, names.warnings + (clamped.map { [$0] } ?? []))
    }

    /// Builds, lints and signs the planned certificate.
    package func make(_ plan: CertificatePlan) async throws(SigningFault) -> IssuedCertificate {
        guard let issuer = issuers[plan.profile.issuerRef] else { throw .signerFailed("no issuer \(plan.profile.issuerRef)") }
        let tbs = TBSCertificate(
            serialNumber: plan.serialNumber, signatureAlgorithm: issuer.key.signatureAlgorithm, issuer: issuer.certificate.subjectDER,
            notBefore: plan.notBefore, notAfter: plan.notAfter, subject: plan.names.subjectDER, publicKey: plan.publicKey.der,
            extensions: plan.leafExtensions + issuer.fixedExtensions)
        let octets = tbs.encoded()
        try secondOpinion.check(octets, plan: plan, issuer: issuer)
        return try await UnlintedCertificate(tbs: octets, plan: plan).linted(by: issuer).signed(by: issuer)
    }

    /// The issuing CA of a profile; a retired one issues nothing.
    package func issuer(of profile: CertificateProfile) throws(IssuanceRefusal) -> Issuer {
        guard let issuer = issuers[profile.issuerRef] else { throw .issuerUnknown(profile.issuerRef) }
        guard issuer.state == .issuing else { throw .issuerRetired(issuer.name) }
        return issuer
    }

    private func check(_ csr: SigningRequest) throws(IssuanceRefusal) {
        guard !csr.requestsCA else { throw .asksForCA }
        guard csr.unknownCriticalExtensions.isEmpty else { throw .unknownCriticalExtensions(csr.unknownCriticalExtensions) }
    }

    private func resolve(_ request: NameRequest, _ profile: CertificateProfile) throws(IssuanceRefusal) -> ResolvedNames {
        switch profile.naming {
        case .device(let rules): try rules.resolve(request, profile: profile.name)
        case .service(let rules):
            // The CA's own profile is for the reserved names alone.
            try rules.resolve(request, profile: profile.name, reserved: profile.reserved ? ReservedNames(hostNames: []) : reserved)
        }
    }
}

extension CertificatePlan {
    /// Subject key identifier, key usage, extended key usage and alternative names, DER.
    fileprivate var leafExtensions: [UInt8] {
        ExtensionDER.subjectKeyIdentifier(publicKey.keyIdentifier)
            + ExtensionDER.keyUsage(profile.keyUsage(for: publicKey.algorithm).map(\.position))
            + ExtensionDER.extendedKeyUsage(server: profile.serverFlag, client: profile.clientFlag)
            + ExtensionDER.subjectAlternativeName(names.names, critical: names.hasEmptySubject)
    }
}

extension CertificateProfile {
    /// The profile's key usages that make sense for a key: keyAgreement for EC only, keyEncipherment for RSA only (RFC 3279 §2.3, RFC 8410 §5, RFC 9295).
    package func keyUsage(for algorithm: KeyAlgorithm) -> [KeyUsageBit] {
        KeyUsageBit.allCases.filter { keyUsage.contains($0) && algorithm.permitsLeafUsage($0.position) }
    }
}
