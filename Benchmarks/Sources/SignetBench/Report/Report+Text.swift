import Foundation

/// The report for people, in Markdown.
extension Report {
    /// - Parameter history: all earlier runs; changes are shown against the last one that is like this.
    func text(history: [Report]) -> String {
        let regressions = Regressions(self, history: history)
        let last = regressions.past.last
        var parts = [
            """
            \(at), revision \(revision)\(quick ? ", quick" : "")
            \(machine.processor), \(machine.cores) cores, \(machine.memoryMiB) MiB, Linux \(machine.kernel), \(machine.system), \
            load before the run \(machine.loadAverage)\(others.map { ", others used \(number($0)) % of the CPU during it" } ?? "")
            """,
            limitTable(against: last), operationTable(against: last), ratioTable(against: last),
        ]
        for operation in operations where operation.failures > 0 {
            parts.append("\(operation.failures) failures of \(operation.operation), the first: \(operation.firstFailure ?? "unknown")")
        }
        if !missing.isEmpty { parts.append("Not measured: " + missing.joined(separator: "; ") + ".") }
        if let last { parts.append("Changes are against \(last.at), revision \(last.revision).") }
        parts.append(regressions.text)
        return parts.joined(separator: "\n\n")
    }

    private func limitTable(against last: Report?) -> String {
        var table = TextTable(["limit", "value", "change"])
        for limit in limits {
            let before = last?.limits.first { $0.name == limit.name && $0.unit == limit.unit }?.value
            table.add([limit.name, "\(number(limit.value)) \(limit.unit)", change(limit.value, before)])
        }
        return table.text
    }

    private func operationTable(against last: Report?) -> String {
        var table = TextTable([
            "operation", "lanes", "certificates", "per second", "p50 ms", "p99 ms", "server CPU µs", "change", "client CPU µs", "RSS MiB",
        ])
        for (index, operation) in operations.enumerated() {
            let pass = operations[..<index].filter { $0.isComparable(to: operation) }.count
            let before = last?.operations.filter { $0.isComparable(to: operation) }.dropFirst(pass).first?.serverCPU
            let paced = operation.paced.map { ", \(Int($0))/s asked" } ?? ""
            table.add([
                "\(operation.operation), \(operation.style)\(paced)", String(operation.lanes),
                operation.certificates.map { String($0) } ?? "",
                number(operation.perSecond), number(operation.p50 / 1000), number(operation.p99 / 1000), number(operation.serverCPU),
                change(operation.serverCPU, before), number(operation.clientCPU), number(operation.serverResident),
            ])
        }
        return table.text
    }

    private func ratioTable(against last: Report?) -> String {
        var table = TextTable(["ratio", "value", "at most", "change"])
        for ratio in ratios {
            let before = last?.ratios.first { $0.name == ratio.name }?.value
            let range = ratio.range.map { String(format: " (%.2f to %.2f)", $0[0], $0[1]) } ?? ""
            table.add([
                ratio.name, String(format: "%.2f", ratio.value) + range, ratio.target.map(number) ?? "", change(ratio.value, before),
            ])
        }
        return table.text
    }

    private func change(_ value: Double, _ before: Double?) -> String {
        guard let before, before > 0 else { return "" }
        return String(format: "%+.0f %%", (value / before - 1) * 100)
    }

    private func number(_ value: Double) -> String {
        switch abs(value) {
        case 100...: String(format: "%.0f", value)
        case 10..<100: String(format: "%.1f", value)
        default: String(format: "%.2f", value)
        }
    }
}
