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

    enum CodingKeys: String, CodingKey {
        case version
        case serialNumber = "serial_number"
        case commonName = "common_name"
        case profile
        case notBefore = "not_before"
        case notAfter = "not_after"
        case renewAt = "renew_at"
    }

    /// - Parameter renewAt: as the CA booked it; a time outside the certificate's life is replaced by two thirds of it.
    init(_ certificate: CertificateDocument, profile: String?, renewAt: Int64?) {
        let (start, end) = (certificate.notBefore, certificate.notAfter)
        serialNumber = certificate.serialNumber.description
        commonName = certificate.holder ?? ""
        self.profile = profile
        notBefore = start
        notAfter = end
        let booked = renewAt.flatMap { (start..<end).contains($0) ? $0 : nil }
        self.renewAt = booked ?? start + (end - start) / 3 * 2
    }
}
