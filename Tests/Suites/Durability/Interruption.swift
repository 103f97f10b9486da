import Foundation

/// A way to stop a program short: one of its system calls kills it, or fails.
struct Interruption: Sendable, CustomStringConvertible {
    let call: String
    /// What strace does at the call, such as `signal=KILL` or `error=EIO`.
    let action: String
    /// Which of each thread's calls it is.
    let nth: Int

    var description: String { "\(action) at \(call) \(nth)" }

    /// What changes files; `openat` is left out, for a program makes hundreds before its first line.
    private static let calls = ["write", "pwrite64", "fsync", "fdatasync", "rename", "link", "unlink", "mkdir"]

    /// Starts a program that is stopped short, or watched when there is no interruption. The tracer is no parent of it: signals and its end
    /// are its own.
    static func start(
        _ interruption: Interruption?, _ program: String, _ arguments: [String], in sandbox: Sandbox
    ) throws -> RunningProgram {
        let file = sandbox.path("interrupted")
        if FileManager.default.fileExists(atPath: file) { try FileManager.default.removeItem(atPath: file) }
        let what =
            interruption.map { ["--trace=\($0.call)", "--inject=\($0.call):\($0.action):when=\($0.nth)"] }
            ?? ["--trace=" + calls.joined(separator: ",")]
        return try sandbox.start("strace", ["--daemonize", "--follow-forks", "--output=" + file] + what + [program] + arguments)
    }

    /// Runs a program that ends by itself.
    static func run(
        _ interruption: Interruption?, _ program: String, _ arguments: [String], in sandbox: Sandbox
    ) async throws -> Outcome {
        let outcome = try await start(interruption, program, arguments, in: sandbox).outcome()
        try await eventually("strace has written all", every: .milliseconds(5)) { text(in: sandbox).contains("+++") }
        return outcome
    }

    /// Calls that the program watched last has made, killing and failing it: so many in the short form, in the long one as many times more.
    static func some(seenIn sandbox: Sandbox, short: Int, salt: Int) -> [Interruption] {
        let count = short * Torture.rounds
        let counts = Tracer.counts(in: text(in: sandbox).split(separator: "\n"))
        let all = counts.sorted { $0.key < $1.key }.flatMap { call, most in
            (1...most).flatMap { nth in
                ["signal=KILL", "error=EIO", "error=ENOSPC"].map { Interruption(call: call, action: $0, nth: nth) }
            }
        }
        guard all.count > count else { return all }
        var chance = Torture.chance(salt)
        let shuffled = all.shuffled(using: &chance)
        // Kills are what nobody can answer to, and with the last calls of a kind things take their places.
        let kills = shuffled.filter { $0.action == "signal=KILL" }
        let last = kills.filter { $0.nth == counts[$0.call] && ["rename", "link", "unlink"].contains($0.call) }
        let faults = shuffled.filter { $0.action != "signal=KILL" }
        return Array((last.prefix(count / 3) + faults.prefix(count / 3) + kills).prefix(count))
    }

    private static func text(in sandbox: Sandbox) -> String {
        String(decoding: FileManager.default.contents(atPath: sandbox.path("interrupted")) ?? Data(), as: UTF8.self)
    }
}
