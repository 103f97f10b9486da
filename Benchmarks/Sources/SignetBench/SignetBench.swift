import ArgumentParser
import Foundation

/// Measures a release build of `ca-server` against what its cryptography, its disk and its HTTP stack allow.
@main
struct SignetBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "signet-bench",
        abstract: "Measure ca-server through its HTTPS API, and the limits it is held against, in one run.")

    @Option(help: ArgumentHelp("Folder with release builds of ca-server and LedgerSeeder.", valueName: "dir"))
    var programs: String

    @Option(help: ArgumentHelp("Folder for the run's data, made and removed; it should be on a real disk.", valueName: "dir"))
    var folder = "Benchmarks/.build/run"

    @Option(help: ArgumentHelp("Folder where filled ledgers are kept between runs.", valueName: "dir"))
    var seeded = "Benchmarks/.build/seeded"

    @Option(help: ArgumentHelp("Folder with the peers, made by Benchmarks/Peers/prepare.", valueName: "dir"))
    var peerPrograms = "Benchmarks/.build/peers"

    @Option(help: ArgumentHelp("Write the report as JSON here too.", valueName: "file"))
    var json: String?

    @Option(help: ArgumentHelp("Compare with the runs in this file, and add this one.", valueName: "file"))
    var history: String?

    @Option(help: ArgumentHelp("Revision of the sources, for the history.", valueName: "text"))
    var revision = "unknown"

    @Option(help: ArgumentHelp("Certificates in the larger ledger, all of them revoked; quick: 10000.", valueName: "count"))
    var rows = 100_000

    @Option(help: ArgumentHelp("Connections of the loads that saturate the server.", valueName: "count"))
    var lanes = 32

    @Option(help: ArgumentHelp("Measure only connections, operations, rows, lists, crowds or peers; may be repeated.", valueName: "part"))
    var part: [Part] = []

    @Flag(help: "Measure step-ca, cfssl and OpenBao too.")
    var peers = false

    @Flag(help: "Less than a minute; good for a look, not for comparing.")
    var quick = false

    func validate() throws {
        guard rows >= 1_000 else { throw ValidationError("--rows must be 1000 or more") }
        guard (2...1000).contains(lanes) else { throw ValidationError("--lanes must be 2 to 1000") }
    }

    func run() throws {
        // Before anything is measured: a history that cannot be read should not cost a run.
        let past = try history.map { try History(path: $0).reports() } ?? []
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let own = folder + "/\(ProcessInfo.processInfo.processIdentifier)"
        try FileManager.default.createDirectory(atPath: own, withIntermediateDirectories: true)
        defer { Self.removeFolder(own) }
        let signals = Children.endWithUs { Self.removeFolder(own) }
        defer { for signal in signals { signal.cancel() } }
        let report = try Run(
            programs: programs, folder: own, seeded: seeded, peers: peerPrograms, extent: extent, at: Date().formatted(.iso8601),
            revision: revision
        ).measure()
        print(report.text(history: past))
        try writeJSON(report)
        if let history { try History(path: history).append(report) }
    }

    private var extent: Extent {
        var parts = part.isEmpty ? Set(Part.allCases).subtracting([.peers]) : Set(part)
        if peers { parts.insert(.peers) }
        return Extent(
            seconds: quick ? 1 : 5, lanes: lanes, rows: quick ? min(rows, 10_000) : rows, quick: quick, parts: parts)
    }

    private func writeJSON(_ report: Report) throws {
        guard let json else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try encoder.encode(report.rounded()).write(to: URL(fileURLWithPath: json))
    }

    private static func removeFolder(_ path: String) {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            FileHandle.standardError.write(Data("\(path) stays: \(error)\n".utf8))
        }
    }
}

extension Part: ExpressibleByArgument {}
