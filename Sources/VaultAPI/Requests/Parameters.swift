import Foundation
import HTTPFront
import HTTPTypes
import HummingbirdCore
import PKI

extension APIRequestContext {
    /// A path parameter, percent-decoded.
    func parameter(_ name: String) throws -> String {
        guard let raw = parameters[name] else { throw APIFailure.unexpected(requestID: requestID) }
        return raw.utf8.contains(UInt8(ascii: "%")) ? raw.removingPercentEncoding ?? raw : raw
    }

    /// The serial number in the path, with colons, dashes or neither.
    func serialNumber() throws -> SerialNumber {
        try parsedSerialNumber(try parameter("serial"))
    }
}

/// A serial number that a client wrote, or a refusal that says how to write one.
func parsedSerialNumber(_ text: String) throws -> SerialNumber {
    do {
        return try SerialNumber(text: text)
    } catch {
        throw APIFailure(
            .badRequest, code: "malformed_serial", summary: "'\(text.prefix(80))' is not a serial number",
            remedy: "write hexadecimal octets with colons, dashes or neither, such as 4f:00:a1")
    }
}

/// Octets of a text that is looked for: longer than any name, and far below what the ledger's statements take.
private let longestSearch = 1_024

/// A text to look for, or a refusal of one that is longer than anything there is, or has a NUL: there SQLite takes it to end.
func bounded(_ text: String, name: String) throws -> String {
    guard !text.unicodeScalars.contains("\0") else {
        throw APIFailure(
            .badRequest, code: "malformed_request", summary: "the text in '\(name)' has a NUL character, which nothing here has",
            remedy: "leave it out")
    }
    guard text.utf8.count <= longestSearch else {
        throw APIFailure(
            .badRequest, code: "search_too_long", summary: "'\(text.prefix(40))…' in '\(name)' has \(text.utf8.count) octets",
            remedy: "look for a part of it: at most \(longestSearch) octets")
    }
    return text
}

/// `after` and `limit` of a list, as OpenBao reads them: without a limit, or with none above 0, a list is whole.
struct Page {
    let after: String?
    /// nil: all.
    let limit: Int?

    init(_ request: Request) throws {
        after = request.uri.queryParameters["after"].map(String.init).flatMap { $0.isEmpty ? nil : $0.removingPercentEncoding ?? $0 }
        guard let text = request.uri.queryParameters["limit"], !text.isEmpty else {
            limit = nil
            return
        }
        guard let number = Int(text) else {
            throw APIFailure(
                .badRequest, code: "malformed_limit", summary: "limit '\(text.prefix(20))' is not a whole number",
                remedy: "write how many keys you want, or 0 for all")
        }
        limit = number > 0 ? number : nil
    }

    /// The page of a list that is whole in memory; its keys are in the order of their text.
    func keys(of list: [String]) -> [String] {
        let sorted = list.sorted().drop { key in after.map { key <= $0 } ?? false }
        return Array(sorted.prefix(limit ?? .max))
    }
}

/// `limit` of a search.
enum SearchLimit {
    static let most = 1000

    /// A limit that a client wrote, 1 to `most`.
    static func read(_ text: String?, default standard: Int) throws -> Int {
        guard let text, !text.isEmpty else { return standard }
        guard let limit = Int(text), (1...most).contains(limit) else {
            throw APIFailure(
                .badRequest, code: "malformed_limit", summary: "limit '\(text.prefix(20))' is out of range", remedy: "write 1 to \(most)")
        }
        return limit
    }
}
