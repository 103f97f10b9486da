import Foundation
import HTTPFront
import HTTPTypes
package import HummingbirdCore
package import Ledger

/// The query of `sys/audit-log`.
package struct AuditQuery {
    private let uri: URI

    /// The query of this request.
    init(_ request: Request) {
        self.init(request.uri)
    }

    /// The query of an address.
    package init(_ uri: URI) {
        self.uri = uri
    }

    func text(_ name: String) throws -> String? {
        let text = uri.queryParameters[Substring(name)].map(String.init).flatMap { $0.isEmpty ? nil : $0.removingPercentEncoding ?? $0 }
        return try text.map { try bounded($0, name: name) }
    }

    /// A whole number, however large.
    package func number(_ name: String) throws -> Int64? {
        guard let text = try text(name) else { return nil }
        guard let number = Int64(text) else {
            throw APIFailure(
                .badRequest, code: "malformed_query", summary: "'\(text.prefix(40))' in '\(name)' is not a whole number",
                remedy: "write digits; since and until are seconds since 1970")
        }
        return number
    }

    /// Which rows are asked for.
    package func filter() throws -> AuditFilter {
        AuditFilter(
            action: try word("action"), result: try word("result"), principal: try text("principal"), resource: try text("resource"),
            since: try milliseconds("since"), until: try milliseconds("until"))
    }

    private func milliseconds(_ name: String) throws -> Int64? {
        try number(name).map { seconds in
            let (milliseconds, overflow) = seconds.multipliedReportingOverflow(by: 1000)
            return overflow ? (seconds < 0 ? .min : .max) : milliseconds
        }
    }

    private func word<Word: RawRepresentable & CaseIterable>(_ name: String) throws -> Word? where Word.RawValue == String {
        guard let text = try text(name) else { return nil }
        guard let word = Word(rawValue: text) else {
            throw APIFailure(
                .badRequest, code: "malformed_query", summary: "there is no \(name) '\(text.prefix(40))'",
                remedy: "use \(Word.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return word
    }
}
