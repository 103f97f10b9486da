/// A JSON value as far as requests need one: clients of Vault send numbers and booleans as text, so types are judged field by field.
///
/// Bounded in depth and breadth: trying types costs time, and a request must not choose how much.
enum JSONValue: Decodable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// Elements of a list, and fields of an object inside the body.
    static let mostElements = 1_024
    /// Levels below the body: a field, an object in it, a list in that.
    private static let deepest = 3

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let text = try? value.decode(String.self) {
            self = .string(text)
        } else if let flag = try? value.decode(Bool.self) {
            self = .bool(flag)
        } else if let integer = try? value.decode(Int64.self) {
            self = .integer(integer)
        } else if let number = try? value.decode(Double.self) {
            self = .number(number)
        } else if let elements = try? decoder.unkeyedContainer() {
            self = .array(try Self.elements(elements, decoder))
        } else {
            self = .object(try Self.fields(of: decoder))
        }
    }

    /// The fields of an object; with `names`, those alone: others are not looked at.
    static func fields(of decoder: any Decoder, among names: Set<String>? = nil) throws -> [String: JSONValue] {
        try bound(decoder.codingPath.count <= deepest, decoder, "nested too deeply")
        let container = try decoder.container(keyedBy: FieldName.self)
        let keys = container.allKeys.filter { names?.contains($0.stringValue) ?? true }
        try bound(keys.count <= mostElements, decoder, "too many fields")
        var fields: [String: JSONValue] = [:]
        for key in keys { fields[key.stringValue] = try container.decode(JSONValue.self, forKey: key) }
        return fields
    }

    private static func elements(_ container: any UnkeyedDecodingContainer, _ decoder: any Decoder) throws -> [JSONValue] {
        var container = container
        try bound(decoder.codingPath.count <= deepest, decoder, "nested too deeply")
        try bound(container.count ?? 0 <= mostElements, decoder, "too many elements")
        var elements: [JSONValue] = []
        while !container.isAtEnd { elements.append(try container.decode(JSONValue.self)) }
        return elements
    }

    private static func bound(_ holds: Bool, _ decoder: any Decoder, _ problem: String) throws {
        guard holds else { throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: problem)) }
    }

    /// What it is, for messages.
    var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .integer, .number: "a number"
        case .string: "text"
        case .array: "a list"
        case .object: "an object"
        }
    }
}

/// A field's name, whatever it is.
struct FieldName: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }

    init?(intValue: Int) { nil }
}
