import NIOCore
import NIOSSL
import PKI
import TestKit

extension TLSFixture {
    /// A client that trusts the root alone, with or without a certificate of its own.
    func client(chain: [CertificateDocument] = [], key: PrivateKey? = nil) throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .certificates([try NIOSSLCertificate(bytes: ca.root.certificate.der, format: .der)])
        configuration.certificateChain = try chain.map { .certificate(try NIOSSLCertificate(bytes: $0.der, format: .der)) }
        if let key { configuration.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: Array(key.pem.utf8), format: .pem)) }
        configuration.shutdownTimeout = .milliseconds(100)
        return configuration
    }
}
