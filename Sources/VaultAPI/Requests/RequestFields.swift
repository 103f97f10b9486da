import Foundation
import HTTPFront
import HTTPTypes
import HummingbirdCore
package import NIOCore
import PKI
import Synchronization

/// The fields of a request's JSON body, read as leniently as Vault reads them: numbers and booleans may be text, lists may be comma-separated.
///
/// What a handler never asks for is answered with a warning, so that no endpoint keeps a list of the fields it knows.
package struct RequestFields {
    private let values: [String: JSONValue]
    private let asked = AskedNames()

    /// Reads the body, which may be empty, or `null` as Vault's command line sends it.
    package init(_ body: ByteBuffer) throws {
        guard body.readableBytes > 0 else {
            values = [:]
            return
        }
        do {
            values = try JSONReader.fields(Array(body.readableBytesView))
        } catch {
            throw APIFailure(
                .badRequest, code: "malformed_json",
                summary: "the body is not a JSON object, or is nested more deeply or has longer lists than any request needs",
                remedy: "send an object such as {\"common_name\": \"…\"}, lists of at most \(JSONReader.mostElements) elements")
        }
    }

    /// Vault's warning about the fields that were sent and that nothing has read; to be asked for last.
    var warnings: [String] {
        let ignored = values.keys.filter { !asked.contains($0) }.sorted().map(visible)
        return ignored.isEmpty ? [] : ["Endpoint ignored these unrecognized parameters: [\(ignored.joined(separator: " "))]"]
    }

    /// Refuses fields that are not served, where they say something: without them the answer would not be what was asked for.
    func refuse(_ names: String..., remedy: String) throws {
        for name in names where says(name) {
            throw APIFailure(
                .badRequest, code: "field_not_supported",
                summary: "field '\(name)' is not supported, and the answer would be wrong without it",
                remedy: remedy)
        }
    }

    /// Whether a field is there with another value than Vault's for none.
    func says(_ name: String) -> Bool {
        switch value(name) {
        case nil, .null, .bool(false), .integer(0), .string(""), .array([]), .object([:]): false
        case .some: true
        }
    }

    /// A field's value; from now on it counts as recognized.
    private func value(_ name: String) -> JSONValue? {
        asked.note(name)
        return values[name]
    }

    init(_ values: [String: JSONValue]) {
        self.values = values
    }

    /// Text, or a whole number as text.
    package func string(_ name: String) throws -> String? {
        switch value(name) {
        case nil, .null: nil
        case .string(let text): text.isEmpty ? nil : text
        case .integer(let number): "\(number)"
        case .some(let other): throw wrong(name, other, expected: "text")
        }
    }

    /// Text that must be there.
    func required(_ name: String, remedy: String) throws -> String {
        guard let text = try string(name) else {
            throw APIFailure(.badRequest, code: "field_missing", summary: "field '\(name)' is missing", remedy: remedy)
        }
        return text
    }

    /// A list, or text with commas between its elements.
    package func strings(_ name: String) throws -> [String] {
        switch value(name) {
        case nil, .null: return []
        case .string(let text):
            return text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        case .array(let elements):
            return try elements.map { element in
                guard case .string(let text) = element else { throw wrong(name, element, expected: "a list of texts") }
                return text
            }
        case .some(let other): throw wrong(name, other, expected: "a list of texts")
        }
    }

    /// A truth value, or a text or number that stands for one.
    package func bool(_ name: String) throws -> Bool? {
        switch value(name) {
        case nil, .null: return nil
        case .bool(let flag): return flag
        case .string("true"), .string("1"), .integer(1): return true
        case .string("false"), .string("0"), .integer(0): return false
        case .string(""): return nil
        case .some(let other): throw wrong(name, other, expected: "true or false")
        }
    }

    /// A whole number, or a text of one.
    package func integer(_ name: String) throws -> Int64? {
        switch value(name) {
        case nil, .null, .string(""): return nil
        case .integer(let number): return number
        case .string(let text):
            guard let number = Int64(text) else { throw wrong(name, .string(text), expected: "a whole number") }
            return number
        case .some(let other): throw wrong(name, other, expected: "a whole number")
        }
    }

    /// Seconds: a number, or a Go duration such as `72h`. 0 and absence mean the same, as in Vault; less than 0, or a part of a second, is refused.
    package func seconds(_ name: String) throws -> Int64? {
        let seconds: Int64?
        switch value(name) {
        case nil, .null, .string(""): seconds = nil
        case .integer(let number):
            guard number >= 0 else { throw noDuration(name, "\(number)") }
            seconds = number
        case .number(let number): throw noDuration(name, "\(number)")
        case .string(let text):
            guard let parsed = GoDuration.seconds(text) else { throw noDuration(name, text) }
            seconds = parsed
        case .some(let other): throw wrong(name, other, expected: "seconds or a duration such as 72h")
        }
        return seconds == 0 ? nil : seconds
    }

    /// Fields inside a field; nil when it is absent.
    package func object(_ name: String) throws -> RequestFields? {
        switch value(name) {
        case nil, .null: nil
        case .object(let fields): RequestFields(fields)
        case .some(let other): throw wrong(name, other, expected: "an object")
        }
    }

    /// Names of the fields that were sent and are not among `known`.
    func unknown(_ known: [String]) -> [String] { values.keys.filter { !known.contains($0) }.sorted() }

    private func noDuration(_ name: String, _ text: String) -> APIFailure {
        APIFailure(
            .badRequest, code: "malformed_duration",
            summary: "'\(text.prefix(40))' in field '\(name)' is no whole number of seconds, 0 or more",
            remedy: "write seconds, or a duration such as 90s or 72h")
    }

    private func wrong(_ name: String, _ value: JSONValue, expected: String) -> APIFailure {
        APIFailure(
            .badRequest, code: "wrong_type", summary: "field '\(name)' must be \(expected), not \(value.kind)",
            remedy: "send '\(name)' as \(expected)")
    }
}

/// The names of fields that were asked for.
private final class AskedNames: Sendable {
    // Few, and looked up seldom: hashing each of them cost more than comparing.
    private let names = Mutex<[String]>([])

    func note(_ name: String) { names.withLock { $0.append(name) } }

    func contains(_ name: String) -> Bool { names.withLock { $0.contains(name) } }
}
