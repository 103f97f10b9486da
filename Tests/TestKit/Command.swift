package import Foundation
import Synchronization

/// What an external program answered.
package struct CommandResult: Sendable, CustomStringConvertible {
    package let status: Int32
    package let standardOutput: [UInt8]
    package let standardError: [UInt8]

    /// Standard output as text.
    package var stdout: String { String(decoding: standardOutput, as: UTF8.self) }
    /// Standard error as text.
    package var stderr: String { String(decoding: standardError, as: UTF8.self) }

    package var description: String { "status \(status)\n\(stdout)\(stderr)" }
}

/// A program a test needs is not installed: the test fails and says which.
package struct MissingTool: Error, CustomStringConvertible {
    package let name: String
    package var description: String { "\(name) is not installed: apt-get install \(name), or run make test, which does" }
}

/// Whether a program is on the search path; for `.enabled(if:)`, which says so when a test is skipped.
package func hasTool(_ name: String) -> Bool {
    toolPath(name) != nil
}

/// The path of a program, or an error that fails the test loudly.
@discardableResult
package func requireTool(_ name: String) throws -> String {
    guard let path = toolPath(name) else { throw MissingTool(name: name) }
    return path
}

/// Runs a program to its end, blocking this thread.
///
/// - Parameters:
///   - tool: a name on the search path, or a path.
///   - environment: added to this process's.
package func run(
    _ tool: String, _ arguments: [String], input: [UInt8] = [], directory: String? = nil, environment: [String: String] = [:]
) throws -> CommandResult {
    // Files, not pipes: a full pipe nobody reads would block the program for ever.
    let scratch = try TemporaryDirectory()
    for name in ["out", "err"] { try scratch.write("", to: name) }
    let standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: scratch.write(input, to: "in")))
    let standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: scratch.path("out")))
    let standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: scratch.path("err")))
    defer { for handle in [standardInput, standardOutput, standardError] { handle.closeFile() } }

    let process = Process()
    process.executableURL = URL(fileURLWithPath: try requireTool(tool))
    process.arguments = arguments
    process.standardInput = standardInput
    process.standardOutput = standardOutput
    process.standardError = standardError
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
    if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
    try launch(process)
    process.waitUntilExit()
    return CommandResult(
        status: process.terminationStatus, standardOutput: try scratch.read("out"), standardError: try scratch.read("err"))
}

/// Starts a process; what tests start by Foundation is started here.
///
/// Foundation learns of a program's end when the last copy of a socket closes that the program inherited, and programs that start at the same
/// moment inherit each other's: the end of one is then seen when the other one ends too. So they start one after the other.
package func launch(_ process: Process) throws {
    try launching.withLock { _ in try process.run() }
}

private let launching = Mutex(())

private func toolPath(_ name: String) -> String? {
    if name.contains("/") { return FileManager.default.isExecutableFile(atPath: name) ? name : nil }
    // Brokers and servers live where only root's search path leads.
    let search = (ProcessInfo.processInfo.environment["PATH"] ?? "") + ":/usr/sbin:/usr/local/sbin"
    return search.split(separator: ":").map { $0 + "/" + name }.first { FileManager.default.isExecutableFile(atPath: $0) }
}
