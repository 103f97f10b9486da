import PKI

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
