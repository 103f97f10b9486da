package import PKI

/// The roots this client recognises the CA by, and nothing else: the system's roots are never asked.
public struct TrustAnchors: Sendable {
    package let roots: [CertificateDocument]

    /// - Parameters:
    ///   - pem: one or more certificates; those that are not self-signed CA certificates are passed over.
    ///   - source: what to name in an error.
    public init(pem: String, source: String) throws(ClientError) {
        let documents: [CertificateDocument]
        do { documents = try CertificateDocument.all(pem: pem) } catch { throw .noRootCertificate(source: source) }
        let roots = documents.filter { $0.isCA && $0.subjectDER == $0.issuerDER && $0.isSigned(by: $0) }
        guard !roots.isEmpty else { throw .noRootCertificate(source: source) }
        self.roots = roots
    }

    /// - Parameter file: a PEM file such as `ca-client trust` writes.
    public init(file: String) throws(ClientError) {
        guard let bytes = try ClientFile.read(file, limit: 1 << 20) else { throw .file(path: file, problem: .missing) }
        try self.init(pem: String(decoding: bytes, as: UTF8.self), source: file)
    }
}
