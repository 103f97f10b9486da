package import HTTPFront
import NIOCore
package import NIOSSL
package import PKI
package import TestKit

/// A throw-away CA, the identity a server shows, and what its clients need.
package struct TLSFixture: Sendable {
    package let ca: ThrowAwayCA
    package let identity: ServerIdentity
    package let directory: TemporaryDirectory

    package init() throws {
        ca = try ThrowAwayCA()
        directory = try TemporaryDirectory()
        identity = try Self.identity(ca, serial: 7)
        try directory.write(ca.root.certificate.pem, to: "ca.pem")
    }

    /// The path of the root, for programs.
    package var rootPath: String { directory.path("ca.pem") }

    package static func identity(_ ca: ThrowAwayCA, serial: UInt8) throws -> ServerIdentity {
        let key = try PrivateKey.generate(.p256)
        let leaf = try certificate(for: key, serial: serial, name: "localhost", by: ca.services, names: [.dns("localhost")])
        return ServerIdentity(
            certificateChain: [leaf.der, ca.services.certificate.der], privateKeyPEM: key.pem)
    }

    /// Long-lived, because handshakes look at the real clock.
    package static func certificate(
        for key: PrivateKey, serial: UInt8, name: String, by issuer: ThrowAwayIssuer, names: [GeneralName] = []
    ) throws -> CertificateDocument {
        try issuer.issue(
            to: key.publicKey, serialNumber: SerialNumber(octets: [0x40, serial]), commonName: name, names: names,
            lifetime: 3_600 * 86_400)
    }

    /// A client that trusts the root alone, with or without a certificate of its own.
    package func client(chain: [CertificateDocument] = [], key: PrivateKey? = nil) throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .certificates([try NIOSSLCertificate(bytes: ca.root.certificate.der, format: .der)])
        configuration.certificateChain = try chain.map { .certificate(try NIOSSLCertificate(bytes: $0.der, format: .der)) }
        if let key { configuration.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: Array(key.pem.utf8), format: .pem)) }
        configuration.shutdownTimeout = .milliseconds(100)
        return configuration
    }
}
