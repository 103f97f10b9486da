import Issuance
package import Ledger
import PKI

/// The issuers as the audit log has them: each start writes down those that it serves with, so that a list that was changed since shows.
package struct IssuerHistory {
    private let ledger: any AuditLedger
    private static let resource = "issuers"

    package init(ledger: any AuditLedger) { self.ledger = ledger }

    /// Writes down the issuers of a start.
    /// - Parameter now: milliseconds since 1970.
    package func record(_ opened: OpenedIssuers, now: Int64) async throws(LedgerError) {
        try await ledger.append(
            AuditEvent(
                timestamp: now, principal: "system", action: .start, resource: Self.resource, result: .allowed, ipAddress: "",
                userAgent: "",
                details: opened.details))
    }

    /// Refuses issuers that are not those of the last start. A log without such a row, of an older version, says nothing.
    func check(_ opened: OpenedIssuers) async throws {
        guard let recorded = try await newest() else { return }
        let now = opened.details
        let changed = Set(recorded.keys).union(now.keys).sorted().filter { recorded[$0] != now[$0] }
        guard let name = changed.first else { return }
        let (before, after) = (recorded[name] ?? "nothing", now[name] ?? "nothing")
        throw OperatorError(
            summary: "issuers.yaml and its certificates say of \(name): \(after); the last server started with: \(before)",
            remedy: "if you have changed it, restart the server; else find out who did, and put it back from a backup")
    }

    private func newest() async throws(LedgerError) -> [String: String]? {
        var before: Int64?
        repeat {
            let page = try await ledger.auditRows(AuditFilter(action: .start, resource: Self.resource), before: before, limit: 1)
            if let row = page.first { return row.event.details }
            before = page.next
        } while before != nil
        return nil
    }
}

extension OpenedIssuers {
    /// State and certificate of each issuer by its name, and the default; no issuer is called so.
    fileprivate var details: [String: String] {
        var details = ["default": list.standard.description]
        for issuer in issuers { details[issuer.name] = "\(issuer.state.rawValue), certificate \(hexadecimal(issuer.certificate.sha256))" }
        return details
    }
}
