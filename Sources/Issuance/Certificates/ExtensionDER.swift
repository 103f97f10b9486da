import PKI

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
