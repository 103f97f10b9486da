/// Body of `pki/revoke`; exactly one of serial number and certificate.
package struct RevocationOrder: Codable, Sendable, Equatable {
    package var serialNumber: String?
    /// PEM.
    package var certificate: String?
    /// RFC 5280 §5.3.1 name.
    package var reason: String
    /// Whether the identity may enrol and renew no more; the reason decides when absent.
    package var suspend: Bool?

    package init(serialNumber: String? = nil, certificate: String? = nil, reason: String, suspend: Bool? = nil) {
        self.serialNumber = serialNumber
        self.certificate = certificate
        self.reason = reason
        self.suspend = suspend
    }

    enum CodingKeys: String, CodingKey {
        case serialNumber = "serial_number"
        case certificate, reason, suspend
    }
}
