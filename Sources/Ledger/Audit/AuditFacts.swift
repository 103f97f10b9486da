package import PKI

/// The facts in the details of an audit row.
package struct AuditFacts {
    package let principal: String
    /// nil for what was refused, or failed.
    package let action: AuditAction?
    package let resource: String
    /// Milliseconds since 1970.
    package let timestamp: Int64
    package let details: [String: String]
    /// Sequences of the revocations that the row made: after the lower bound, up to and including the upper.
    package var revocations: ClosedRange<Int64> = 0...0

    /// - Parameter texts: the row's text columns in the order of `AuditChain.Row`; what is no UTF-8 is repaired.
    package init(timestamp: Int64, texts: [[UInt8]]) throws {
        let texts = texts.map { String(decoding: $0, as: UTF8.self) }
        self.timestamp = timestamp
        principal = texts[0]
        action = texts[3] == AuditResult.allowed.rawValue ? AuditAction(rawValue: texts[1]) : nil
        resource = texts[2]
        details = try JSONText.decode(from: texts[6])
    }

    /// True when the program that wrote the row put every fact into it.
    package var isComplete: Bool { details[AuditFact.version] == AuditFact.currentVersion }
    /// An adopted certificate that did not become its identity's newest lineage.
    package var isAside: Bool { details[AuditFact.aside] == "true" }

    package var serial: SerialNumber? { details[AuditFact.serial].flatMap { try? SerialNumber(text: $0) } }

    package func text(_ name: String) -> String? { details[name] }

    package func number(_ name: String) -> Int64? { details[name].flatMap { Int64($0) } }

    package func numbers(_ name: String) -> [Int64] { items(name).compactMap { $0.first ?? nil } }

    package func pairs(_ name: String) -> [(Int64, Int64)] {
        items(name).compactMap { item in
            guard item.count == 2, let first = item[0], let second = item[1] else { return nil }
            return (first, second)
        }
    }

    package func triples(_ name: String) -> [(Int64, Int64, Int64)] {
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
