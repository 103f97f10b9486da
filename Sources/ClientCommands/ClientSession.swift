internal import CertificateClient
internal import Foundation
internal import Logging
package import PKI
internal import Pauses

/// What a command has around it: variables, time, chance, and where to write. Everything that is not an argument.
package struct ClientSession: Sendable {
    let environment: ClientEnvironment
    let surroundings: Surroundings
    let output: Output
    let logger: Logger
    /// Absolute; relative paths that are handed to other programs start here.
    let workingDirectory: String

    /// A session of this process comes from `ofThisProcess`, one of a test from here.
    package init(
        variables: [String: String], output: Output, now: @escaping @Sendable () -> UnixTime, clock: any Clock<Duration>,
        jitter: @escaping @Sendable () -> Double, workingDirectory: String
    ) {
        environment = ClientEnvironment(variables)
        surroundings = Surroundings(clock: clock, now: now, jitter: jitter)
        self.output = output
        self.workingDirectory = workingDirectory
        var logger = Logger(label: "ca-client", factory: { StreamLogHandler.standardError(label: $0) })
        logger.logLevel = environment.logLevel
        self.logger = logger
    }

    /// The one place where this program asks the system for time and chance.
    static func ofThisProcess() -> ClientSession {
        ClientSession(
            variables: ProcessInfo.processInfo.environment, output: .standard,
            now: { UnixTime(Int64(Date().timeIntervalSince1970)) }, clock: PauseClock(), jitter: { Double.random(in: 0..<1) },
            workingDirectory: FileManager.default.currentDirectoryPath)
    }

    /// Opens a connection to the CA for the time of the body.
    func connected<Value: Sendable>(
        credential: Credential?, connectTimeout: Int64 = 5,
        _ body: (CertificateClient) async throws(ClientError) -> Value
    ) async throws(ClientError) -> Value {
        let trust = try environment.trust()
        if let trust, !trust.passedOver.isEmpty {
            logger.notice(
                "certificates that cannot be read were passed over",
                metadata: ["file": "\(trust.source)", "reasons": "\(trust.passedOver.joined(separator: "; "))"])
        }
        let configuration = ClientConfiguration(
            address: try environment.address(), trust: trust, credential: credential, connectTimeout: connectTimeout)
        return try await CertificateClient.withClient(configuration, surroundings: surroundings, logger: logger, body)
    }

    /// A path that means the same in every directory.
    func absolute(_ path: String) -> String { path.hasPrefix("/") ? path : workingDirectory + "/" + path }
}
