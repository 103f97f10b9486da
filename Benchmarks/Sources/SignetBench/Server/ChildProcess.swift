import Foundation

/// A program that listens, with its output in a file, until it is stopped.
final class ChildProcess {
    /// Seconds from the start of the process until it was ready.
    private(set) var secondsToReady = 0.0

    private let process = Process()
    private let log: String

    /// Starts a program and waits until it answers.
    /// - Parameter isReady: asked again and again; an error counts as no.
    init(program: String, arguments: [String], log: String, isReady: () throws -> Bool) throws {
        guard FileManager.default.isExecutableFile(atPath: program) else { throw BenchmarkFailure.missingProgram(program) }
        self.log = log
        let made = FileManager.default.createFile(atPath: log, contents: nil)
        guard made, let output = FileHandle(forWritingAtPath: log) else { throw BenchmarkFailure.unreadable(log) }
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardOutput = output
        process.standardError = output
        let clock = ContinuousClock()
        let start = clock.now
        try process.run()
        Children.add(id)
        try waitUntil(isReady)
        secondsToReady = (clock.now - start) / .seconds(1)
    }

    /// The process's id.
    var id: Int32 { process.processIdentifier }

    /// Asks the program to end, and waits for it.
    func stop() {
        guard process.isRunning else { return }
        process.terminate()
        process.waitUntilExit()
        Children.remove(id)
    }

    /// Runs a program to its end.
    static func run(_ program: String, _ arguments: [String], quiet: Bool = true) throws {
        guard FileManager.default.isExecutableFile(atPath: program) else { throw BenchmarkFailure.missingProgram(program) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardOutput = quiet ? FileHandle.nullDevice : FileHandle.standardError
        try process.run()
        Children.add(process.processIdentifier)
        process.waitUntilExit()
        Children.remove(process.processIdentifier)
        guard process.terminationStatus == 0 else {
            throw BenchmarkFailure.command("\(program) \(arguments.first ?? "")", status: process.terminationStatus)
        }
    }

    /// Waits until a question to the program is answered with yes; an error counts as no.
    func waitUntil(_ isReady: () throws -> Bool, seconds: Double = 60) throws {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(seconds)
        while clock.now < deadline {
            guard process.isRunning else { throw BenchmarkFailure.serverDied(log: logTail) }
            do {
                if try isReady() { return }
            } catch {
                // Nothing listens yet.
            }
            usleep(2000)
        }
        stop()
        throw BenchmarkFailure.serverNotReady(seconds: seconds, log: logTail)
    }

    private var logTail: String {
        let octets = FileManager.default.contents(atPath: log) ?? Data()
        return String(decoding: octets.suffix(2000), as: UTF8.self)
    }
}
