import HTTPFront
import HTTPTypes
import HummingbirdCore
import Ledger
import VaultAPI

extension FuzzTarget {
    /// Queries of the audit log, and the window of ids that a ledger looks at for them.
    static let query = FuzzTarget(name: "query") { octets in
        let query = AuditQuery(URI("/v1/sys/audit-log?" + String(decoding: octets, as: UTF8.self)))
        do {
            let filter = try query.filter()
            try require([filter.principal, filter.resource].allSatisfy { ($0?.utf8.count ?? 0) <= 1_024 }, "what is looked for is bounded")
            let before = try query.number("before")
            for (newest, width) in [(0, 20_000), (1, nil), (1_000_000, 20_000)] as [(Int64, Int64?)] {
                let window = PageWindow(before: before, newest: newest, width: width)
                try require(0 <= window.start && window.end <= newest + 1, "a page lies among the ids there are")
                if let width { try require(window.end - window.start <= width + 1, "a page is no larger than its window") }
            }
        } catch let refusal as APIFailure {
            try requireEqual(refusal.status.code, 400, "a query that cannot be read is the client's mistake")
            for line in refusal.errors { try requireWords(summary: line, remedy: refusal.code) }
        }
    }
}
