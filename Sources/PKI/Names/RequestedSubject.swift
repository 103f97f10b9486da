/// The attributes of a subject name, every value of each kind in its order.
package struct RequestedSubject: Hashable, Sendable {
    package var commonName: [String] = []
    package var organization: [String] = []
    package var organizationalUnit: [String] = []
    /// Dotted object identifiers of all other attributes.
    package var others: [String] = []
    /// Dotted object identifiers of common names, organizations and organizational units whose text has no sure meaning: invalid UTF-8 or
    /// UTF-16, or a TeletexString beyond ASCII, which programs read in different ways.
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
        // NumericString, PrintableString, TeletexString, IA5String, VisibleString.
        case 0x12, 0x13, 0x14, 0x16, 0x1A: return content.allSatisfy { $0 < 0x80 } ? String(decoding: content, as: UTF8.self) : nil
        case 0x1C: return wide(content, width: 4).flatMap { String(validating: $0, as: UTF32.self) }
        case 0x1E: return wide(content, width: 2).flatMap { String(validating: $0.map { UInt16($0) }, as: UTF16.self) }
        default: return nil
        }
    }

    /// The code units of a UniversalString or BMPString, the most significant octet first (X.690 §8.23).
    private static func wide(_ content: ArraySlice<UInt8>, width: Int) -> [UInt32]? {
        guard content.count.isMultiple(of: width) else { return nil }
        return stride(from: content.startIndex, to: content.endIndex, by: width).map { start in
            content[start..<start + width].reduce(0) { $0 << 8 | UInt32($1) }
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
