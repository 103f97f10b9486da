import CertificateClient
import ClientCommands
import PKI
import Synchronization

/// A command's surroundings in a test: no variables but the given ones, output captured, time standing still.
final class TestSession: Sendable {
    private let written = Mutex("")
    private let complained = Mutex("")
    let variables: [String: String]
    let now: UnixTime

    init(_ variables: [String: String] = [:], now: UnixTime = AgentWorld.start) {
        self.variables = variables
        self.now = now
    }

    var stdout: String { written.withLock { $0 } }
    var stderr: String { complained.withLock { $0 } }

    var session: ClientSession {
        let output = Output(
            write: { [self] text in written.withLock { $0 += text } }, writeError: { [self] text in complained.withLock { $0 += text } })
        return ClientSession(
            variables: variables, output: output, now: { [now] in now }, clock: InstantClock(), jitter: { 0.5 }, workingDirectory: "/")
    }

    func run(_ arguments: String...) async -> Int32 { await ClientProgram.run(arguments, session: session) }
}
