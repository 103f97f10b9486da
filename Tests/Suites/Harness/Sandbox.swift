import Foundation
import Synchronization

/// A folder of its own for one test and the programs started in it; both are gone when the test ends.
final class Sandbox: Sendable {
    /// Without a slash at its end.
    let folder: String
    private let programs = Mutex<[RunningProgram]>([])
    private let counter = Atomic<Int>(0)
    private let surroundings = Mutex<[String: String]>([:])
    private static let sandboxes = Atomic<Int>(0)

    private init() throws {
        let number = Self.sandboxes.add(1, ordering: .relaxed).newValue
        folder = NSTemporaryDirectory() + "signet-suites-\(ProcessInfo.processInfo.processIdentifier)-\(number)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    /// Runs a test's body in a sandbox and cleans up, however it ends.
    static func open(_ body: (Sandbox) async throws -> Void) async throws {
        let sandbox = try Sandbox()
        do {
            try await body(sandbox)
        } catch {
            await sandbox.close()
            throw error
        }
        await sandbox.close()
    }

    /// Variables that every program started from here on gets.
    func surround(with variables: [String: String]) {
        surroundings.withLock { $0.merge(variables) { $1 } }
    }

    private func close() async {
        for program in programs.withLock({ $0 }) where program.isRunning {
            // What a program says at this point is of no interest; that it is gone is.
            _ = try? await program.stop(SIGKILL)
        }
        FakedClock.sweep(after: programs.withLock { $0.map(\.processIdentifier) })
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// The path of a file of the sandbox.
    func path(_ name: String) -> String { "\(folder)/\(name)" }

    /// Writes a file, making its folder when there is none, and answers its path.
    @discardableResult
    func write(_ text: String, to name: String, mode: Int = 0o600) throws -> String {
        try write(Array(text.utf8), to: name, mode: mode)
    }

    @discardableResult
    func write(_ octets: [UInt8], to name: String, mode: Int = 0o600) throws -> String {
        let file = name.hasPrefix("/") ? name : path(name)
        try Data(octets).write(to: URL(filePath: file))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
        return file
    }

    func read(_ name: String) throws -> String {
        String(decoding: try octets(name), as: UTF8.self)
    }

    func octets(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: name.hasPrefix("/") ? name : path(name))))
    }

    /// How sanitizers report. Nothing else is inherited: a `CA_TOKEN` of the person who runs the tests must not decide one.
    private static let inherited = ProcessInfo.processInfo.environment.filter {
        ["ASAN_OPTIONS", "TSAN_OPTIONS", "SWIFT_BACKTRACE"].contains($0.key)
    }

    /// Starts a program in the background.
    func start(_ program: String, _ arguments: [String], environment: [String: String] = [:], input: String? = nil) throws -> RunningProgram
    {
        let number = counter.add(1, ordering: .relaxed).newValue
        let base = ["PATH": Programs.searchPath, "HOME": folder, "LANG": "C.UTF-8", "TMPDIR": folder].merging(Self.inherited) { $1 }
        let running = try RunningProgram(
            Programs.find(program) ?? program, arguments,
            environment: base.merging(surroundings.withLock { $0 }) { $1 }.merging(environment) { $1 }, input: input, folder: folder,
            name: "program-\(number)")
        programs.withLock { $0.append(running) }
        return running
    }

    /// Runs a program to its end.
    func run(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], input: String? = nil,
        within limit: Duration = .seconds(60)
    ) async throws -> Outcome {
        try await start(program, arguments, environment: environment, input: input).outcome(within: limit)
    }
}
