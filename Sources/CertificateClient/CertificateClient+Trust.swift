public import PKI

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
