import ArgumentParser
import Foundation

/// Measures a release build of `ca-server` against what its cryptography, its disk and its HTTP stack allow.
@main
struct SignetBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "signet-bench",
        abstract: "Measure ca-server through its HTTPS API, and the limits it is held against, in one run.")

    @Option(help: ArgumentHelp("Folder with a release build of ca-server.", valueName: "dir"))
    var programs: String

    @Option(help: ArgumentHelp("Folder for the run's data, made and removed; it should be on a real disk.", valueName: "dir"))
    var folder = "Benchmarks/.build/run"

    @Option(help: ArgumentHelp("Write the report as JSON here too.", valueName: "file"))
    var json: String?

    @Option(help: ArgumentHelp("Compare with the last run in this file, and add this one.", valueName: "file"))
    var history: String?

    @Option(help: ArgumentHelp("Revision of the sources, for the history.", valueName: "text"))
    var revision = "unknown"

    @Option(help: ArgumentHelp("Certificates to issue between the two passes; quick: 2000.", valueName: "count"))
    var growth = 10_000

    @Option(help: ArgumentHelp("Connections of the loads that saturate the server.", valueName: "count"))
    var lanes = 32

    @Flag(help: "Less than a minute; good for a look, not for comparing.")
    var quick = false

    func validate() throws {
        guard growth >= 0 else { throw ValidationError("--growth cannot be negative") }
        guard (2...1000).contains(lanes) else { throw ValidationError("--lanes must be 2 to 1000") }
    }

    func run() throws {
        // Before anything is measured: a history that cannot be read should not cost a run.
        let past = try history.map { try History(path: $0).reports() } ?? []
        let extent = Extent(seconds: quick ? 1 : 5, lanes: lanes, growth: quick ? min(growth, 2000) : growth, quick: quick)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let own = folder + "/" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: own, withIntermediateDirectories: false)
        defer { removeFolder(own) }
        let report = try Run(programs: programs, folder: own, extent: extent)
            .report(at: Date().formatted(.iso8601), revision: revision)
        print(report.text(against: past.last { $0.isComparable(to: report) }))
        try writeJSON(report)
        if let history { try History(path: history).append(report) }
    }

    private func writeJSON(_ report: Report) throws {
        guard let json else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try encoder.encode(report.rounded()).write(to: URL(fileURLWithPath: json))
    }

    private func removeFolder(_ path: String) {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            FileHandle.standardError.write(Data("\(path) stays: \(error)\n".utf8))
        }
    }
}
