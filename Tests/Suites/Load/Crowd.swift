import Foundation

/// Bad clients of a CA, from another process: `Tests/Foreign/crowd.py`.
struct Crowd: Sendable {
    /// What each of them does.
    enum Kind: String, CaseIterable, Sendable {
        case idle, head, body, handshake, deaf, storm
    }

    /// How many connections were begun, answered and ended by the server.
    struct Account: Decodable, Sendable {
        let begun: Int
        let answered: Int
        let ended: Int
    }

    let kind: Kind
    private let program: RunningProgram
    private let leave: String

    /// Starts it and waits until all have begun.
    init(_ kind: Kind, of count: Int, at authority: TestCA) async throws {
        self.kind = kind
        leave = authority.sandbox.path("leave-\(kind)-\(FreePorts.next())")
        // It stays until this file is there: a pipe to its input would be inherited by its neighbours.
        program = try authority.sandbox.start(
            "python3", [Programs.foreign("crowd.py"), "\(authority.port)", authority.root, kind.rawValue, "\(count)", leave])
        let program = program
        try await eventually("\(count) \(kind) connections have begun", within: .seconds(180)) {
            guard program.isRunning else { throw ProgramFailed(outcome: try await program.outcome()) }
            return program.log.contains("ready")
        }
    }

    /// Sends it away.
    func disperse() async throws -> Account {
        try Data().write(to: URL(filePath: leave))
        let outcome = try await program.outcome().succeeded()
        let last = outcome.output.split(separator: "\n").last ?? ""
        return try JSONDecoder().decode(Account.self, from: Data(last.utf8))
    }
}

/// What a process holds, from `/proc`.
struct Holdings: Sendable {
    /// Octets of resident memory.
    let memory: Int
    /// Open files.
    let files: Int

    init(of program: RunningProgram) throws {
        let folder = "/proc/\(program.processIdentifier)"
        let status = try String(contentsOfFile: folder + "/status", encoding: .utf8)
        let resident = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        memory = (resident?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 1_024
        files = try FileManager.default.contentsOfDirectory(atPath: folder + "/fd").count
    }
}
