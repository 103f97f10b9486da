package import PKI
import X509

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
