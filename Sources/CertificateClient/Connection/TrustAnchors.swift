package import PKI

/// The roots this client recognises the CA by, and nothing else: the system's roots are never asked.
public struct TrustAnchors: Sendable {
    package let roots: [CertificateDocument]
    /// Certificates of the text that cannot be read, each with its place and the reason. They are trusted by nobody and hide no other.
    public let passedOver: [String]
    /// What to name in an error.
    public let source: String

    /// - Parameters:
    ///   - pem: one or more certificates; those that are not self-signed CA certificates, or cannot be read, are passed over.
    ///   - source: what to name in an error.
    public init(pem: String, source: String) throws(ClientError) {
        try self.init(CertificateBundle(pem: pem), source: source)
    }

    private init(_ bundle: CertificateBundle, source: String) throws(ClientError) {
        let roots = bundle.certificates.filter { $0.isCA && $0.subjectDER == $0.issuerDER && $0.isSigned(by: $0) }
        guard !roots.isEmpty else { throw .noRootCertificate(source: source) }
        self.roots = roots
        self.source = source
        passedOver = bundle.passedOver
    }

    /// - Parameter file: a PEM or DER file such as `ca-client trust` writes.
    public init(file: String) throws(ClientError) {
        guard let bytes = try ClientFile.read(file, limit: 1 << 20) else { throw .file(path: file, problem: .missing) }
        try self.init(CertificateBundle(bytes), source: file)
    }
}
