/// The attributes of a subject name, every value of each kind in its order.
package struct RequestedSubject: Hashable, Sendable {
    package var commonName: [String] = []
    package var organization: [String] = []
    package var organizationalUnit: [String] = []
    /// Dotted object identifiers of all other attributes.
    package var others: [String] = []
    /// Dotted object identifiers of attributes above whose values are no valid UTF8String, PrintableString or IA5String.
    package var unreadable: [String] = []

    /// A subject without any attribute.
    package init() {}

    /// swift-certificates would replace invalid UTF-8 silently, so that two different names read the same.
    ///
    /// - Parameter name: over the content of a Name (RFC 5280 §4.1.2.4).
    init(_ name: DERReader) throws(DERError) {
        var name = name
        while !name.isAtEnd {
            var attributes = try name.open(0x31)
            while !attributes.isAtEnd {
                var attribute = try attributes.open(0x30)
                let type = try attribute.objectIdentifier()
                let value = try attribute.next()
                try attribute.requireEnd()
                add(Self.text(value, in: attribute.bytes), type: type)
            }
        }
    }

    private mutating func add(_ text: String?, type: ObjectIdentifierDER) {
        guard let attributes = Self.attributes(type) else {
            others.append(type.description)
            return
        }
        if let text {
            self[keyPath: attributes].append(text)
        } else {
            unreadable.append(type.description)
        }
    }

    private static func text(_ value: DERReader.Element, in bytes: [UInt8]) -> String? {
        let content = bytes[value.content]
        switch value.tag {
        case 0x0C: return String(validating: content, as: UTF8.self)
        case 0x13, 0x16: return content.allSatisfy { $0 < 0x80 } ? String(decoding: content, as: UTF8.self) : nil
        default: return nil
        }
    }

    private static func attributes(_ type: ObjectIdentifierDER) -> WritableKeyPath<Self, [String]>? {
        switch type {
        case .commonName: \.commonName
        case .organization: \.organization
        case .organizationalUnit: \.organizationalUnit
        default: nil
        }
    }
}
