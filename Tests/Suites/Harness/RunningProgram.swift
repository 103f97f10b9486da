import Foundation
import TestKit

/// A program in the background; what it prints goes to a file, so that no pipe is inherited by its neighbours.
final class RunningProgram: Sendable {
    private let process: Process
    private let command: String
    private let outputFile: String
    private let errorFile: String

    init(_ program: String, _ arguments: [String], environment: [String: String], input: String?, folder: String, name: String) throws {
        command = ([program] + arguments).joined(separator: " ")
        outputFile = "\(folder)/\(name).out"
        errorFile = "\(folder)/\(name).err"
        process = Process()
        // A child inherits the signal mask of the thread that starts it, and threads of the pool block every signal: a broker would
        // never hear SIGHUP. `env` unblocks them and becomes the program.
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["--default-signal", program] + arguments
        process.environment = environment
        process.currentDirectoryURL = URL(filePath: folder)
        let read = try input.map { try Self.reading($0, from: "\(folder)/\(name).in") }
        let written = [try Self.writing(outputFile), try Self.writing(errorFile)]
        // The child has its own copies. Foundation keeps ours as long as the process object, and crashes when it starts a program while more
        // than about 1300 files are open (it reads /proc/self/fd beyond a buffer's end).
        defer { for handle in written + [read].compactMap({ $0 }) { try? handle.close() } }
        process.standardInput = read ?? FileHandle.nullDevice
        (process.standardOutput, process.standardError) = (written[0], written[1])
        try launch(process)
    }

    private static func writing(_ path: String) throws -> FileHandle {
        try Data().write(to: URL(filePath: path))
        return try FileHandle(forWritingTo: URL(filePath: path))
    }

    private static func reading(_ text: String, from path: String) throws -> FileHandle {
        try Data(text.utf8).write(to: URL(filePath: path))
        return try FileHandle(forReadingFrom: URL(filePath: path))
    }

    var isRunning: Bool { process.isRunning }
    var processIdentifier: Int32 { process.processIdentifier }

    /// What it has printed so far, on both streams.
    var log: String { Self.text(outputFile) + Self.text(errorFile) }

    private static func text(_ path: String) -> String {
        String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }

    /// Sends a signal, such as SIGHUP.
    func send(_ signal: Int32) {
        if process.isRunning { kill(process.processIdentifier, signal) }
    }

    /// Waits for its end; kills it and throws when that takes too long.
    func outcome(within limit: Duration = .seconds(60)) async throws -> Outcome {
        do {
            try await eventually("\(command) ends", within: limit, every: .milliseconds(10)) { !process.isRunning }
        } catch {
            kill(process.processIdentifier, SIGKILL)
            throw error
        }
        let status = process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
        return Outcome(command: command, status: status, output: Self.text(outputFile), errors: Self.text(errorFile))
    }

    /// Asks it to end and waits until it has.
    @discardableResult
    func stop(_ signal: Int32 = SIGTERM) async throws -> Outcome {
        send(signal)
        return try await outcome(within: .seconds(20))
    }
}
