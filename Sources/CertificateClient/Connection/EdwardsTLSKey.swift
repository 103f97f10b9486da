internal import NIOCore
internal import NIOSSL
internal import PKI

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
