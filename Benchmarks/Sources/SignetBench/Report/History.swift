import Foundation

/// The file of all runs, one JSON object a line.
struct History {
    let path: String

    /// All runs, the oldest first; none when there is no file yet.
    func reports() throws -> [Report] {
        guard let contents = FileManager.default.contents(atPath: path) else { return [] }
        return try String(decoding: contents, as: UTF8.self).split(separator: "\n").map { line in
            try JSONDecoder().decode(Report.self, from: Data(line.utf8))
        }
    }

    /// Adds a run.
    func append(_ report: Report) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let line = try encoder.encode(report.rounded()) + Data("\n".utf8)
        if let file = FileHandle(forWritingAtPath: path) {
            try file.seekToEnd()
            try file.write(contentsOf: line)
            try file.close()
        } else {
            try line.write(to: URL(fileURLWithPath: path))
        }
    }
}

extension Report {
    /// Whether changes from one to the other mean anything: the same extent on the same kind of machine, ratios made in the same way.
    func isComparable(to other: Report) -> Bool {
        (rounds == nil) == (other.rounds == nil) && quick == other.quick && lanes == other.lanes && rows == other.rows
            && machine.processor == other.machine.processor && machine.cores == other.machine.cores
    }

    /// Figures with as many digits as they mean.
    func rounded() -> Report {
        var report = self
        for index in limits.indices { report.limits[index].value.keepHundredths() }
        for index in ratios.indices {
            report.ratios[index].value.keepHundredths()
            for end in (report.ratios[index].range ?? []).indices { report.ratios[index].range?[end].keepHundredths() }
        }
        for index in operations.indices {
            report.operations[index].perSecond.keepHundredths()
            report.operations[index].p50.keepHundredths()
            report.operations[index].p99.keepHundredths()
            report.operations[index].serverCPU.keepHundredths()
            report.operations[index].clientCPU.keepHundredths()
            report.operations[index].serverResident.keepHundredths()
            report.operations[index].others = report.operations[index].others.map { ($0 * 10).rounded() / 10 }
        }
        return report
    }
}

extension Double {
    fileprivate mutating func keepHundredths() { self = (self * 100).rounded() / 100 }
}
