import PKI

/// The fields of a to-be-signed certificate (RFC 5280 §4.1), most of them encoded already.
struct TBSCertificate {
    var serialNumber: SerialNumber
    /// AlgorithmIdentifier, DER.
    var signatureAlgorithm: [UInt8]
    /// Name, DER: byte for byte the issuer's subject.
    var issuer: [UInt8]
    /// Both inclusive.
    var notBefore: UnixTime
    var notAfter: UnixTime
    /// Name, DER.
    var subject: [UInt8]
    /// SubjectPublicKeyInfo, DER.
    var publicKey: [UInt8]
    /// Extensions one after the other, DER.
    var extensions: [UInt8]

    /// The bytes to be signed.
    func encoded() -> [UInt8] {
        var writer = DERWriter(capacity: 96 + issuer.count + subject.count + publicKey.count + extensions.count)
        writer.constructed(0x30) { tbs in
            tbs.constructed(0xA0) { $0.integer(2) }
            tbs.integer(serialNumber.octets)
            tbs.raw(signatureAlgorithm)
            tbs.raw(issuer)
            tbs.constructed(0x30) { validity in
                validity.time(notBefore)
                validity.time(notAfter)
            }
            tbs.raw(subject)
            tbs.raw(publicKey)
            tbs.constructed(0xA3) { $0.constructed(0x30) { $0.raw(extensions) } }
        }
        return writer.bytes
    }
}

/// Wraps to-be-signed bytes, their algorithm and a signature into a certificate or a CRL: both have this shape (RFC 5280 §4.1, §5.1).
func signedDER(tbs: [UInt8], signatureAlgorithm: [UInt8], signature: [UInt8]) -> [UInt8] {
    var writer = DERWriter(capacity: tbs.count + signature.count + 32)
    writer.constructed(0x30) { signed in
        signed.raw(tbs)
        signed.raw(signatureAlgorithm)
        signed.bitString(signature)
    }
    return writer.bytes
}

/// Encodes a distinguished name (RFC 5280 §4.1.2.4): one attribute a relative name, UTF8String, in the given order.
package func distinguishedNameDER(_ attributes: [(AttributeType, String)]) -> [UInt8] {
    var writer = DERWriter(capacity: 160)
    writer.constructed(0x30) { name in
        for (type, value) in attributes {
            name.constructed(0x31) { set in
                set.constructed(0x30) { attribute in
                    attribute.raw(type.der)
                    attribute.utf8String(value)
                }
            }
        }
    }
    return writer.bytes
}

/// The attributes that our subjects are made of.
package enum AttributeType: Sendable {
    case commonName, organization, organizationalUnit

    /// OBJECT IDENTIFIER, tag and length included (2.5.4.x).
    var der: [UInt8] {
        switch self {
        case .commonName: [0x06, 0x03, 0x55, 0x04, 0x03]
        case .organization: [0x06, 0x03, 0x55, 0x04, 0x0A]
        case .organizationalUnit: [0x06, 0x03, 0x55, 0x04, 0x0B]
        }
    }
}

extension ResolvedNames {
    /// O, OU, CN, each where there is one: the order that brokers' access rules are written for.
    var subjectDER: [UInt8] {
        var attributes: [(AttributeType, String)] = []
        if let organization { attributes.append((.organization, organization)) }
        if let organizationalUnit { attributes.append((.organizationalUnit, organizationalUnit)) }
        if let commonName { attributes.append((.commonName, commonName)) }
        return distinguishedNameDER(attributes)
    }
}

/// Encoded certificate extensions (RFC 5280 §4.2.1), each a complete `Extension` SEQUENCE.
enum ExtensionDER {
    static func basicConstraints(pathLength: Int64?) -> [UInt8] {
        wrapped([0x55, 0x1D, 0x13], critical: true) { value in
            value.constructed(0x30) { constraints in
                constraints.boolean(true)
                if let pathLength { constraints.integer(pathLength) }
            }
        }
    }

    /// - Parameter positions: bit numbers of RFC 5280 §4.2.1.3.
    static func keyUsage(_ positions: [UInt8]) -> [UInt8] {
        var octet: UInt8 = 0
        for position in positions { octet |= 0x80 >> position }
        return wrapped([0x55, 0x1D, 0x0F], critical: true) { $0.bitString([octet], unusedBits: UInt8(octet.trailingZeroBitCount)) }
    }

    static func extendedKeyUsage(server: Bool, client: Bool) -> [UInt8] {
        wrapped([0x55, 0x1D, 0x25], critical: false) { value in
            value.constructed(0x30) { purposes in
                if server { purposes.raw([0x06, 0x08, 0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01]) }
                if client { purposes.raw([0x06, 0x08, 0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x02]) }
            }
        }
    }

    static func subjectKeyIdentifier(_ identifier: [UInt8]) -> [UInt8] {
        wrapped([0x55, 0x1D, 0x0E], critical: false) { $0.octetString(identifier) }
    }

    static func authorityKeyIdentifier(_ identifier: [UInt8]) -> [UInt8] {
        wrapped([0x55, 0x1D, 0x23], critical: false) { value in
            value.constructed(0x30) { $0.primitive(0x80, identifier) }
        }
    }

    static func subjectAlternativeName(_ names: [GeneralName], critical: Bool = false) -> [UInt8] {
        wrapped([0x55, 0x1D, 0x11], critical: critical) { value in
            value.constructed(0x30) { list in
                for name in names { name.encode(into: &list) }
            }
        }
    }

    static func crlDistributionPoint(_ uri: String) -> [UInt8] {
        wrapped([0x55, 0x1D, 0x1F], critical: false) { value in
            value.constructed(0x30) { points in
                points.constructed(0x30) { point in
                    point.constructed(0xA0) { name in
                        name.constructed(0xA0) { $0.primitive(0x86, Array(uri.utf8)) }
                    }
                }
            }
        }
    }

    /// Authority information access with one caIssuers location (RFC 5280 §4.2.2.1).
    static func caIssuers(_ uri: String) -> [UInt8] {
        wrapped([0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01, 0x01], critical: false) { value in
            value.constructed(0x30) { descriptions in
                descriptions.constructed(0x30) { description in
                    description.raw([0x06, 0x08, 0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x02])
                    description.primitive(0x86, Array(uri.utf8))
                }
            }
        }
    }

    /// An Extension around a value (RFC 5280 §4.1).
    static func wrapped(_ identifier: [UInt8], critical: Bool, _ value: (inout DERWriter) -> Void) -> [UInt8] {
        var writer = DERWriter(capacity: 96)
        writer.constructed(0x30) { sequence in
            sequence.primitive(0x06, identifier)
            // FALSE is the DEFAULT and DER leaves defaults out (X.690 §11.5).
            if critical { sequence.boolean(true) }
            sequence.constructed(0x04, value)
        }
        return writer.bytes
    }
}
