public import PKI

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

/// A root that was fetched and whose fingerprint is the expected one.
public struct FetchedRoot: Sendable, Equatable {
    /// The certificate.
    public let pem: String
    /// The root's name; empty when it has none.
    public let commonName: String
    /// SHA-256 of the DER, lower-case hex with colons.
    public let fingerprint: String
    /// Its last second.
    public let notAfter: UnixTime
}

extension CertificateClient {
    /// Fetches the CA's root, believes it only if its SHA-256 fingerprint is the given one, then connects again and verifies the server against it.
    ///
    /// - Parameter fingerprint: 64 hexadecimal digits of either case, with or without colons.
    public func fetchRoot(fingerprint: String) async throws(ClientError) -> FetchedRoot {
        guard let expected = octets(hexadecimal: fingerprint.filter { $0 != ":" }), expected.count == 32 else {
            throw .invalidFingerprint(fingerprint)
        }
        // Nothing of this connection is believed but octets whose hash is known beforehand.
        let answer = try await transport.send(.get("/v1/pki/issuer/root/pem"), tls: TLSSettings.unverified())
        let root: CertificateDocument
        do { root = try CertificateDocument(pem: String(decoding: answer.body, as: UTF8.self)) } catch {
            throw .unexpectedAnswer("the root: \(error.summary)")
        }
        guard root.sha256 == expected else {
            throw .otherFingerprint(expected: colons(expected), received: colons(root.sha256))
        }
        let trust = try TrustAnchors(pem: root.pem, source: "the CA's answer")
        // Any answer will do, even "sealed": what counts is that the handshake verified.
        let tls = try TLSSettings.verifying(trust: trust, identity: nil)
        do throws(TransportFailure) { _ = try await transport.exchange(.get("/v1/sys/health"), tls: tls) } catch { throw error.error }
        return FetchedRoot(pem: root.pem, commonName: root.commonName ?? "", fingerprint: colons(root.sha256), notAfter: root.notAfter)
    }

    private func colons(_ octets: [UInt8]) -> String { octets.map { hexadecimal([$0]) }.joined(separator: ":") }
}
