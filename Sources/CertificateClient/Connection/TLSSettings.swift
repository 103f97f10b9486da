internal import NIOCore
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

/// An Ed25519 key for TLS.
///
/// NIOSSL hashes a connection's settings to find a connection to use again, and crashes on hashing an Ed25519 key of its own: BoringSSL cannot write
/// one in the old form it asks for. A key that signs through us is hashed by us.
struct EdwardsTLSKey: NIOSSLCustomPrivateKey, Hashable {
    private let key: PrivateKey

    /// - Returns: nil for a key of another kind.
    init?(_ key: PrivateKey) {
        guard key.algorithm == .ed25519 else { return nil }
        self.key = key
    }

    var signatureAlgorithms: [SignatureAlgorithm] { [.ed25519] }

    func sign(channel: any Channel, algorithm: SignatureAlgorithm, data: ByteBuffer) -> EventLoopFuture<ByteBuffer> {
        channel.eventLoop.makeCompletedFuture { ByteBuffer(bytes: try key.sign(Array(buffer: data))) }
    }

    /// TLS 1.3 decrypts nothing with certificate keys.
    func decrypt(channel: any Channel, data: ByteBuffer) -> EventLoopFuture<ByteBuffer> {
        channel.eventLoop.makeFailedFuture(ClientError.key(reason: "Ed25519 keys cannot decrypt"))
    }

    static func == (left: Self, right: Self) -> Bool { left.key.publicKey == right.key.publicKey }

    func hash(into hasher: inout Hasher) { hasher.combine(key.publicKey) }
}
