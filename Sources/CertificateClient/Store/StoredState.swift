internal import PKI

/// `state.json`: what the files themselves do not say. It is advice; a lost or stale one is made up for.
struct StoredState: Codable, Sendable, Equatable {
    var version = 1
    /// Of the certificate this belongs to.
    var serialNumber: String
    /// Of a certificate without one, its first DNS name.
    var commonName: String
    var profile: String?
    /// Seconds since 1970.
    var notBefore: Int64
    /// Seconds since 1970.
    var notAfter: Int64
    /// When the CA wants to see us, seconds since 1970.
    var renewAt: Int64
    /// SHA-256 of the SubjectPublicKeyInfo, hexadecimal; nil where an earlier version wrote this.
    var publicKeySHA256: String?

    enum CodingKeys: String, CodingKey {
        case version
        case serialNumber = "serial_number"
        case commonName = "common_name"
        case profile
        case notBefore = "not_before"
        case notAfter = "not_after"
        case renewAt = "renew_at"
        case publicKeySHA256 = "public_key_sha256"
    }

    /// - Parameter renewAt: as the CA booked it; a time outside the certificate's life is replaced by two thirds of it.
    init(_ certificate: CertificateDocument, profile: String?, renewAt: Int64?) {
        let (start, end) = (certificate.notBefore, certificate.notAfter)
        serialNumber = certificate.serialNumber.description
        commonName = certificate.holder ?? ""
        self.profile = profile
        notBefore = start
        notAfter = end
        publicKeySHA256 = hexadecimal(certificate.publicKey.sha256)
        self.renewAt = renewalTime(booked: renewAt, notBefore: start, notAfter: end)
    }
}

/// When to renew: as the CA booked it, or after two thirds of the certificate's life where that is no time in it. Seconds since 1970.
package func renewalTime(booked: Int64?, notBefore: Int64, notAfter: Int64) -> Int64 {
    if let booked, notBefore <= booked, booked < notAfter { return booked }
    return notBefore + max(0, notAfter - notBefore) / 3 * 2
}
