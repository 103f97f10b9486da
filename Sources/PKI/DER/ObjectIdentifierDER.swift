/// An object identifier as its DER content octets.
package struct ObjectIdentifierDER: Hashable, Sendable, CustomStringConvertible {
    /// Without tag and length.
    package let content: [UInt8]

    /// - Parameter content: the content octets, without tag and length.
    package init(content: [UInt8]) {
        self.content = content
    }

    /// Dotted decimal: `2.5.4.3`.
    package var description: String {
        var arcs: [UInt64] = []
        var arc: UInt64 = 0
        for octet in content {
            guard arc <= UInt64.max >> 7 else { return "1.x.\(hexadecimal(content))" }
            arc = arc << 7 | UInt64(octet & 0x7F)
            if octet & 0x80 == 0 {
                arcs.append(arc)
                arc = 0
            }
        }
        guard let first = arcs.first else { return "" }
        let root = min(first / 40, 2)
        return ([root, first - root * 40] + arcs.dropFirst()).map(String.init).joined(separator: ".")
    }
}

/// Attribute types of names (RFC 4519).
extension ObjectIdentifierDER {
    /// 2.5.4.3
    package static let commonName = Self(content: [0x55, 0x04, 0x03])
    /// 2.5.4.10
    package static let organization = Self(content: [0x55, 0x04, 0x0A])
    /// 2.5.4.11
    package static let organizationalUnit = Self(content: [0x55, 0x04, 0x0B])
}

/// Certificate and CRL extensions (RFC 5280 §4.2 and §5.2).
extension ObjectIdentifierDER {
    /// 2.5.29.14
    package static let subjectKeyIdentifier = Self(content: [0x55, 0x1D, 0x0E])
    /// 2.5.29.15
    package static let keyUsage = Self(content: [0x55, 0x1D, 0x0F])
    /// 2.5.29.17
    package static let subjectAltName = Self(content: [0x55, 0x1D, 0x11])
    /// 2.5.29.19
    package static let basicConstraints = Self(content: [0x55, 0x1D, 0x13])
    /// 2.5.29.20
    package static let cRLNumber = Self(content: [0x55, 0x1D, 0x14])
    /// 2.5.29.21
    package static let reasonCode = Self(content: [0x55, 0x1D, 0x15])
    /// 2.5.29.24
    package static let invalidityDate = Self(content: [0x55, 0x1D, 0x18])
    /// 2.5.29.31
    package static let cRLDistributionPoints = Self(content: [0x55, 0x1D, 0x1F])
    /// 2.5.29.60
    package static let expiredCertsOnCRL = Self(content: [0x55, 0x1D, 0x3C])
    /// 2.5.29.35
    package static let authorityKeyIdentifier = Self(content: [0x55, 0x1D, 0x23])
    /// 2.5.29.37
    package static let extKeyUsage = Self(content: [0x55, 0x1D, 0x25])
    /// 1.3.6.1.5.5.7.1.1
    package static let authorityInfoAccess = Self(content: [0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01, 0x01])
    /// 1.2.840.113549.1.9.14, of PKCS#10 requests (RFC 2985 §5.4.2).
    package static let extensionRequest = Self(content: [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x0E])
    /// 1.3.6.1.4.1.311.2.1.14, szOID_CERT_EXTENSIONS: what Microsoft's tools wrote in its place.
    package static let microsoftCertificateExtensions = Self(content: [0x2B, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x01, 0x0E])
}
