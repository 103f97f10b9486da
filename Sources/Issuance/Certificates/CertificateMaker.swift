package import PKI
import X509

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

/// A validity period, both ends inclusive (RFC 5280 §4.1.2.5).
struct Validity: Equatable {
    let notBefore: UnixTime
    let notAfter: UnixTime

    /// Least `ttl` that a request may ask for, in seconds.
    private static let leastUse: Int64 = 300

    /// The period of a certificate made now, and a warning when `ttl` was cut to the profile's lifetime.
    ///
    /// Without a `ttl` the whole period, backdating included, is the profile's lifetime to the second; a shorter `ttl` counts from now.
    static func decide(
        profile: CertificateProfile, issuer: Issuer, ttl: Int64?, now: UnixTime
    ) throws(IssuanceRefusal) -> (Validity, warning: String?) {
        guard now >= issuer.certificate.notBefore else {
            throw .issuerNotYetValid(issuer: issuer.name, issuerNotBefore: issuer.certificate.notBefore, now: now)
        }
        let backdate = profile.notBeforeDuration
        var period = profile.ttl
        var warning: String?
        if let ttl {
            guard ttl > 0 else { throw .ttlNotPositive(ttl) }
            guard ttl >= leastUse else { throw .ttlTooShort(ttl, minimum: leastUse) }
            let (wish, overflow) = ttl.addingReportingOverflow(backdate)
            if overflow || wish > profile.ttl {
                // Asking for the very lifetime is no excess worth a warning.
                if ttl > profile.ttl {
                    warning = "the ttl of \(ttl) s exceeds the lifetime of profile \(profile.name): cut to \(profile.ttl) s"
                }
            } else {
                period = wish
            }
        }
        let earliest = now - backdate
        let notBefore = max(earliest, issuer.certificate.notBefore)
        let notAfter = earliest + period - 1
        guard notAfter <= issuer.certificate.notAfter else {
            throw .issuerEndsTooSoon(issuer: issuer.name, issuerNotAfter: issuer.certificate.notAfter, notAfter: notAfter)
        }
        return (Validity(notBefore: notBefore, notAfter: notAfter), warning)
    }
}

extension CertificateMaker {
    /// The issuing CA that signed a leaf; nil when none of ours did.
    package func signer(of leaf: CertificateDocument) -> Issuer? {
        guard !leaf.isCA else { return nil }
        return issuers.values.first { leaf.isSigned(by: $0.certificate) }
    }

    /// The profiles that could have made a leaf, sorted by name, the CA's own among them: a certificate does not name its profile, but its
    /// issuer, its extended key usage and its names show it. Where no profile of the issuer fits, it may have been one that has another by now.
    package func profiles(fitting leaf: CertificateDocument, of issuer: Issuer) -> [CertificateProfile] {
        let fitting = profiles.all.filter { $0.fits(leaf) }
        let own = fitting.filter { $0.issuerRef == issuer.name }
        return own.isEmpty ? fitting : own
    }
}

extension ProfileSet {
    /// Every profile, the CA's own included, sorted by name.
    fileprivate var all: [CertificateProfile] { (roleNames.compactMap(role) + [server].compactMap { $0 }).sorted { $0.name < $1.name } }
}

extension CertificateProfile {
    fileprivate func fits(_ leaf: CertificateDocument) -> Bool {
        guard let usages = try? leaf.certificate.extensions.extendedKeyUsage, serverFlag == usages.contains(.serverAuth),
            clientFlag == usages.contains(.clientAuth), keys.permits(leaf.publicKey.algorithm), let identity = leaf.holder
        else { return false }
        let request = NameRequest(
            decided: DecidedNames(
                source: "the certificate", identity: identity, organization: leaf.organization,
                organizationalUnit: leaf.organizationalUnit, names: leaf.names))
        let resolved: ResolvedNames? =
            switch naming {
            case .device(let rules): try? rules.resolve(request, profile: name)
            // Names that are the CA's own today may have been anybody's before.
            case .service(let rules): try? rules.resolve(request, profile: name, reserved: ReservedNames(hostNames: []))
            }
        return resolved?.subjectDER == leaf.subjectDER && resolved?.names == leaf.names
    }
}
