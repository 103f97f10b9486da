import Ledger
import PKI

/// The facts in the details of an audit row.
struct AuditFacts {
    let principal: String
    let action: AuditAction?
    let resource: String
    /// Milliseconds since 1970.
    let timestamp: Int64
    let details: [String: String]
    /// Sequences of the revocations that the row made: after the lower bound, up to and including the upper.
    var revocations: ClosedRange<Int64> = 0...0

    /// True when the program that wrote the row put every fact into it.
    var isComplete: Bool { details[AuditFact.version] == AuditFact.currentVersion }
    /// An adopted certificate that did not become its identity's newest lineage.
    var isAside: Bool { details[AuditFact.aside] == "true" }

    var serial: SerialNumber? { details[AuditFact.serial].flatMap { try? SerialNumber(text: $0) } }

    func text(_ name: String) -> String? { details[name] }

    func number(_ name: String) -> Int64? { details[name].flatMap { Int64($0) } }

    func numbers(_ name: String) -> [Int64] { items(name).compactMap { $0.first ?? nil } }

    func pairs(_ name: String) -> [(Int64, Int64)] {
        items(name).compactMap { item in
            guard item.count == 2, let first = item[0], let second = item[1] else { return nil }
            return (first, second)
        }
    }

    func triples(_ name: String) -> [(Int64, Int64, Int64)] {
        items(name).compactMap { item in
            guard item.count == 3, let first = item[0], let second = item[1], let third = item[2] else { return nil }
            return (first, second, third)
        }
    }

    /// Numbers with colons between them, and blanks between the items.
    private func items(_ name: String) -> [[Int64?]] {
        (details[name] ?? "").split(separator: " ").map { $0.split(separator: ":").map { Int64($0) } }
    }
}
