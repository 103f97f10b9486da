package import PKI

/// A root and two issuing CAs made for one test, by swift-certificates and not by the code under test.
package struct ThrowAwayCA: Sendable {
    /// 2026-01-01T00:00:00Z, the time most tests play at.
    package static let now: UnixTime = 1_767_225_600

    package let root: ThrowAwayIssuer
    package let devices: ThrowAwayIssuer
    package let services: ThrowAwayIssuer

    /// - Parameter now: seconds since 1970; the CAs are valid from a day before it for ten years.
    package init(now: UnixTime = Self.now, organization: String = "Throw Away") throws {
        root = try ThrowAwayIssuer(selfSigned: "Test Root", organization: organization, notBefore: now - 86_400)
        devices = try root.makeIssuer("Test Devices", organization: organization, notBefore: now - 86_400)
        services = try root.makeIssuer("Test Services", organization: organization, notBefore: now - 86_400)
    }

    /// devices, services and root, as PEM.
    package var chainPEM: String { devices.certificate.pem + services.certificate.pem + root.certificate.pem }
}

/// A P-256 CA certificate and its key.
package struct ThrowAwayIssuer: Sendable {
    package let key: PrivateKey
    package let certificate: CertificateDocument

    package init(key: PrivateKey, certificate: CertificateDocument) {
        self.key = key
        self.certificate = certificate
    }
}
