import NIOCore
import NIOSSL
import PKI
import Synchronization

/// What a TLS server shows.
package struct ServerIdentity: Sendable {
    /// DER, leaf first, without the root.
    package let certificateChain: [[UInt8]]
    /// PKCS#8 or SEC 1, PEM.
    package let privateKeyPEM: String

    /// Gathers the parts; they are checked when a context is made of them.
    package init(certificateChain: [[UInt8]], privateKeyPEM: String) {
        self.certificateChain = certificateChain
        self.privateKeyPEM = privateKeyPEM
    }
}

/// The identity of a TLS listener, which can be swapped: new connections use the new one, the others are left alone.
///
/// Any client certificate passes the handshake, which proves that the client has its key. Whether it is a credential the ledger says, octet for
/// octet, where a refusal can say why, and a token beside it counts (decision 56).
package final class ServerTLS: Sendable {
    private let context: Mutex<NIOSSLContext>

    /// Throws when a certificate or the key cannot be read, or the key does not belong to the leaf.
    package init(_ identity: ServerIdentity) throws(UnusableServerIdentity) {
        context = Mutex(try Self.makeContext(identity))
    }

    /// Changes certificate and key for connections to come; when it throws, nothing has changed.
    package func swap(to identity: ServerIdentity) throws(UnusableServerIdentity) {
        let fresh = try Self.makeContext(identity)
        context.withLock { $0 = fresh }
    }

    func makeHandler() -> NIOSSLServerHandler {
        NIOSSLServerHandler(
            context: context.withLock { $0 }, customVerificationCallback: { _, verified in verified.succeed(.certificateVerified) })
    }

    private static func makeContext(_ identity: ServerIdentity) throws(UnusableServerIdentity) -> NIOSSLContext {
        do {
            return try NIOSSLContext(configuration: makeConfiguration(identity))
        } catch {
            throw UnusableServerIdentity(reason: "\(error)")
        }
    }

    private static func makeConfiguration(_ identity: ServerIdentity) throws -> TLSConfiguration {
        let chain = try identity.certificateChain.map { try NIOSSLCertificate(bytes: $0, format: .der) }
        let key = try NIOSSLPrivateKey(bytes: Array(identity.privateKeyPEM.utf8), format: .pem)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv13
        configuration.maximumTLSVersion = .tlsv13
        configuration.curves = [.x25519_MLKEM768, .x25519, .secp256r1, .secp384r1]
        // BoringSSL's default leaves out Ed25519, which devices may have keys of.
        configuration.verifySignatureAlgorithms = [
            .ecdsaSecp256R1Sha256, .ed25519, .ecdsaSecp384R1Sha384, .rsaPssRsaeSha256, .rsaPssRsaeSha384, .rsaPssRsaeSha512,
        ]
        configuration.certificateVerification = .optionalVerification
        // Asked by nobody, see `makeHandler`; the default would read the system's.
        configuration.trustRoots = .certificates([])
        configuration.applicationProtocols = ["http/1.1"]
        // A client that does not answer close_notify must not delay a stop for long.
        configuration.shutdownTimeout = .seconds(1)
        return configuration
    }
}

/// A server identity that TLS cannot work with.
package struct UnusableServerIdentity: Explained, Sendable {
    /// BoringSSL's own words.
    package let reason: String

    /// What is wrong.
    package var summary: String { "the server's certificate or key cannot be used for TLS: \(reason)" }
    /// What to do about it.
    package var remedy: String { "check that the key belongs to the first certificate and that every certificate is whole" }
}
