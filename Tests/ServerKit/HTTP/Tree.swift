import Foundation
import Yams

/// A JSON or YAML document whose kinds of values stay apart: `true` is no number, `'1'` no number either.
package enum Tree: Sendable, Hashable, Decodable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([Tree])
    case object([String: Tree])

    /// Reads JSON.
    package init(json: some Sequence<UInt8>) throws {
        self = try JSONDecoder().decode(Tree.self, from: Data(json))
    }

    /// Reads YAML.
    package init(yaml: String) throws {
        self = try Tree(Yams.load(yaml: yaml))
    }

    package init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let flag = try? value.decode(Bool.self) {
            self = .bool(flag)
        } else if let integer = try? value.decode(Int64.self) {
            self = .integer(integer)
        } else if let number = try? value.decode(Double.self) {
            self = .number(number)
        } else if let text = try? value.decode(String.self) {
            self = .string(text)
        } else if let elements = try? value.decode([Tree].self) {
            self = .array(elements)
        } else {
            self = .object(try value.decode([String: Tree].self))
        }
    }

    /// A value that Yams has read.
    private init(_ value: Any?) throws {
        switch value {
        case nil, is NSNull: self = .null
        case let flag as Bool: self = .bool(flag)
        case let integer as Int: self = .integer(Int64(integer))
        case let number as Double: self = .number(number)
        case let text as String: self = .string(text)
        case let elements as [Any]: self = .array(try elements.map { try Tree($0) })
        case let fields as [AnyHashable: Any]:
            self = .object(Dictionary(uniqueKeysWithValues: try fields.map { ("\($0.key.base)", try Tree($0.value)) }))
        case .some(let other): throw UnknownValue(description: "\(other)")
        }
    }

    /// YAML that JSON has no word for.
    private struct UnknownValue: Error, CustomStringConvertible {
        let description: String
    }

    /// A field of an object; nil where there is none.
    package subscript(_ name: String) -> Tree? { fields[name] }

    /// The fields of an object; none of anything else.
    package var fields: [String: Tree] { if case .object(let fields) = self { fields } else { [:] } }

    /// The elements of a list; none of anything else.
    package var elements: [Tree] { if case .array(let elements) = self { elements } else { [] } }

    /// Text; nil for anything else.
    package var text: String? { if case .string(let text) = self { text } else { nil } }

    /// JSON Schema's name of the kind of value.
    var type: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .integer: "integer"
        case .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}
