import Foundation
import TestKit

/// How hard the durability suites try: in short in `make test`, for as long as it is told in `make torture`.
enum Torture {
    private static let environment = ProcessInfo.processInfo.environment

    /// How many times the short form's kills, copies and restarts; 1 outside of `make torture`.
    static let rounds = max(1, environment["TORTURE"].flatMap { Int($0) } ?? 1)

    /// Whether every point of failure is tried, not a few of them.
    static var isLong: Bool { rounds > 1 }

    /// Decides every random moment and choice. `make torture` takes a new one each time and prints it; `TORTURE_SEED` repeats a run.
    static let seed = environment["TORTURE_SEED"].flatMap { UInt64($0) } ?? (isLong ? UInt64.random(in: 2...999_999) : 1)

    /// Chance for one test or one of its rounds.
    static func chance(_ salt: Int) -> SeededGenerator { SeededGenerator(seed: seed &* 1_000_003 &+ UInt64(salt)) }

    /// A moment within the range, after which something is done to a program.
    static func moment(_ range: ClosedRange<Int>, using chance: inout SeededGenerator) async throws {
        try await Task.sleep(for: .milliseconds(Int.random(in: range, using: &chance)))
    }

    /// Says what was tried: a line for people who watch, and for the table at the end of `make torture`.
    static func tell(_ what: String, _ counts: KeyValuePairs<String, Int>) {
        let facts = counts.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        let line = "\(what): \(facts) (seed \(seed))\n"
        FileHandle.standardError.write(Data("torture: \(line)".utf8))
        guard let path = environment["TORTURE_TABLE"], let table = FileHandle(forWritingAtPath: path) else { return }
        table.seekToEndOfFile()
        table.write(Data(line.utf8))
        table.closeFile()
    }
}
