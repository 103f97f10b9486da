import Foundation
import TestKit

/// strace(1) on a running program: it watches system calls, or makes one of them fail.
struct Tracer: Sendable {
    /// A system call that is to fail: the `nth` of each thread, counted from now.
    struct Fault: Sendable, CustomStringConvertible {
        let call: String
        /// The system's name of the error, such as EIO.
        let error: String
        let nth: Int

        var description: String { "\(error) on \(call) \(nth)" }
    }

    /// Whether strace may attach to a program that it has not started: root may, others where Yama lets them.
    static let isPermitted: Bool = {
        let probe = Process()
        probe.executableURL = URL(filePath: "/bin/sh")
        probe.arguments = ["-c", "sleep 5 & timeout 1 strace --attach=$! 2>&1 | grep -q attached; found=$?; kill $!; exit $found"]
        probe.standardError = FileHandle.nullDevice
        do { try launch(probe) } catch { return false }
        probe.waitUntilExit()
        return probe.terminationStatus == 0
    }()

    private let strace: RunningProgram
    private let file: String

    /// Attaches to a program and returns once all its threads are watched.
    static func watch(_ program: RunningProgram, calls: [String], in sandbox: Sandbox) async throws -> Tracer {
        try await attach(program, ["--trace=" + calls.joined(separator: ",")], in: sandbox)
    }

    /// The same, for one call that is to fail.
    /// - Parameter files: when there are any, only their calls count and fail.
    static func inject(
        _ fault: Fault, into program: RunningProgram, files: [String] = [], in sandbox: Sandbox
    ) async throws -> Tracer {
        let what = ["--trace=\(fault.call)", "--inject=\(fault.call):error=\(fault.error):when=\(fault.nth)"]
        return try await attach(program, what + files.map { "--trace-path=" + $0 }, in: sandbox)
    }

    private static func attach(_ program: RunningProgram, _ arguments: [String], in sandbox: Sandbox) async throws -> Tracer {
        let file = sandbox.path("trace")
        try? FileManager.default.removeItem(atPath: file)
        let strace = try sandbox.start(
            "strace", ["--follow-forks", "--decode-fds=path", "--output=" + file] + arguments + ["--attach=\(program.processIdentifier)"])
        try await eventually("strace is attached", every: .milliseconds(5)) {
            guard strace.isRunning else { throw ProgramFailed(outcome: try await strace.outcome()) }
            return strace.log.contains("attached")
        }
        return Tracer(strace: strace, file: file)
    }

    private var lines: [Substring] {
        String(decoding: FileManager.default.contents(atPath: file) ?? Data(), as: UTF8.self).split(separator: "\n")
    }

    /// How many calls have failed so far.
    var injected: Int { lines.count { $0.contains("(INJECTED)") } }

    /// The highest number in the name of a file that was being written, `NAME.PROCESS.NUMBER.tmp`; 0 when none was seen.
    var lastTemporary: Int {
        lines.flatMap { $0.matches(of: /\.([0-9]+)\.tmp\b/) }.compactMap { Int($0.1) }.max() ?? 0
    }

    /// Lets go of the program, which runs on.
    func detach() async throws { try await strace.stop(SIGINT) }

    /// How often the busiest thread made each call.
    func counts() -> [String: Int] { Self.counts(in: lines) }

    /// The same, of what strace wrote.
    static func counts(in trace: [Substring]) -> [String: Int] {
        var counts: [String: [Substring: Int]] = [:]
        for line in trace {
            // `1234 fsync(7) = 0`; a call that another thread interrupted ends on a line of its own, `1234 <... fsync resumed>`.
            let words = line.split(separator: " ", maxSplits: 2)
            guard words.count > 1, let end = words[1].firstIndex(of: "(") else { continue }
            counts[String(words[1][..<end]), default: [:]][words[0], default: 0] += 1
        }
        return counts.compactMapValues { $0.values.max() }
    }

    /// Every call that was counted, failing: all of them in the long form; in the short one of each call the first, with either error, and
    /// the last.
    static func faults(_ counts: [String: Int]) -> [Fault] {
        counts.sorted { $0.key < $1.key }.flatMap { call, count in
            let all = (1...max(1, count)).flatMap { nth in ["EIO", "ENOSPC"].map { Fault(call: call, error: $0, nth: nth) } }
            return Torture.isLong ? all : Array(all.prefix(2)) + (count > 1 ? [Fault(call: call, error: "EIO", nth: count)] : [])
        }
    }
}
