internal import NIOSSL
internal import PKI

/// A key and its certificates, to be presented in a TLS handshake.
package struct ClientIdentity: Sendable {
    let chain: [CertificateDocument]
    let key: PrivateKey
}

/// TLS as this client speaks it: version 1.3 only, the post-quantum group first.
enum TLSSettings {
    /// Trusts the given roots alone and checks the server's name.
    static func verifying(trust: TrustAnchors, identity: ClientIdentity?) throws(ClientError) -> TLSConfiguration {
        var settings = base()
        settings.certificateVerification = .fullVerification
        do {
            settings.trustRoots = .certificates(try trust.roots.map { try NIOSSLCertificate(bytes: $0.der, format: .der) })
            guard let identity else { return settings }
            settings.certificateChain = try identity.chain.map {
                .certificate(try NIOSSLCertificate(bytes: $0.der, format: .der))
            }
            settings.privateKey = .privateKey(try key(identity.key))
        } catch { throw .key(reason: "TLS cannot use it, or a certificate that belongs to it") }
        return settings
    }

    /// Verifies nothing. Only for fetching a root whose fingerprint is compared before anything is believed.
    static func unverified() -> TLSConfiguration {
        var settings = base()
        settings.certificateVerification = .none
        return settings
    }

    private static func key(_ key: PrivateKey) throws -> NIOSSLPrivateKey {
        if let key = EdwardsTLSKey(key) { return NIOSSLPrivateKey(customPrivateKey: key) }
        return try NIOSSLPrivateKey(bytes: Array(key.pem.utf8), format: .pem)
    }

    private static func base() -> TLSConfiguration {
        var settings = TLSConfiguration.makeClientConfiguration()
        settings.minimumTLSVersion = .tlsv13
        settings.curves = [.x25519_MLKEM768, .x25519, .secp256r1, .secp384r1]
        return settings
    }
}
