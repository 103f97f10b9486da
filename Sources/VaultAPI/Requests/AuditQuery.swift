import Foundation
import HTTPFront
import HTTPTypes
import HummingbirdCore
import Ledger

/// The query of `sys/audit-log`.
struct AuditQuery {
    private let request: Request

    init(_ request: Request) {
        self.request = request
    }

    func text(_ name: String) -> String? {
        request.uri.queryParameters[Substring(name)].map(String.init).flatMap { $0.isEmpty ? nil : $0.removingPercentEncoding ?? $0 }
    }

    func number(_ name: String) throws -> Int64? {
        guard let text = text(name) else { return nil }
        guard let number = Int64(text) else {
            throw APIFailure(
                .badRequest, code: "malformed_query", summary: "'\(text.prefix(40))' in '\(name)' is not a whole number",
                remedy: "write digits; since and until are seconds since 1970")
        }
        return number
    }

    func filter() throws -> AuditFilter {
        AuditFilter(
            action: try word("action"), result: try word("result"), principal: text("principal"), resource: text("resource"),
            since: try milliseconds("since"), until: try milliseconds("until"))
    }

    private func milliseconds(_ name: String) throws -> Int64? {
        try number(name).map { $0.multipliedReportingOverflow(by: 1000) }.map { $0.overflow ? .max : $0.partialValue }
    }

    private func word<Word: RawRepresentable & CaseIterable>(_ name: String) throws -> Word? where Word.RawValue == String {
        guard let text = text(name) else { return nil }
        guard let word = Word(rawValue: text) else {
            throw APIFailure(
                .badRequest, code: "malformed_query", summary: "there is no \(name) '\(text.prefix(40))'",
                remedy: "use \(Word.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return word
    }
}
