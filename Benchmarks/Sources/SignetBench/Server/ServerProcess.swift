import Foundation
import NIOHTTP1
import NIOSSL

/// The real `ca-server` over a folder of its own, as a child process.
final class ServerProcess {
    /// Port of the HTTPS API.
    let port: Int
    /// Port of the plain listener.
    let publicPort: Int
    let data: String
    /// Seconds from the start of the process to its first answer to a health check.
    private(set) var secondsToReady = 0.0

    private let process = Process()
    private let log: String

    /// Makes a new CA in a folder.
    static func initialize(program: String, data: String, publicPort: Int) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = [
            "init", "--data", data, "--organization", "Bench", "--public-url", "http://127.0.0.1:\(publicPort)",
        ]
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw BenchmarkFailure.command("ca-server init", status: process.terminationStatus) }
    }

    /// Starts serving and waits until the server says that it is healthy.
    init(program: String, data: String, log: String, ports: (api: Int, plain: Int), client: LoadClient) throws {
        (port, publicPort) = ports
        self.data = data
        self.log = log
        let made = FileManager.default.createFile(atPath: log, contents: nil)
        guard made, let output = FileHandle(forWritingAtPath: log) else { throw BenchmarkFailure.unreadable(log) }
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = [
            "serve", "--data", data, "--listen", "127.0.0.1:\(ports.api)", "--public", "127.0.0.1:\(ports.plain)",
        ]
        process.standardOutput = output
        process.standardError = output
        let clock = ContinuousClock()
        let start = clock.now
        try process.run()
        try waitUntilReady(client: client)
        secondsToReady = (clock.now - start) / .seconds(1)
    }

    /// The process's id.
    var id: Int32 { process.processIdentifier }

    /// A client context that trusts this CA, with a certificate of its own if given.
    func clientContext(_ credential: Credential? = nil) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv13
        configuration.applicationProtocols = ["http/1.1"]
        configuration.trustRoots = .file(data + "/root.pem")
        if let credential {
            configuration.certificateChain = try credential.chain.map {
                .certificate(try NIOSSLCertificate(bytes: Array($0.utf8), format: .pem))
            }
            configuration.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: Array(credential.keyPEM.utf8), format: .pem))
        }
        return try NIOSSLContext(configuration: configuration)
    }

    /// Asks the server to end, and waits for it.
    func stop() {
        guard process.isRunning else { return }
        process.terminate()
        process.waitUntilExit()
    }

    private func waitUntilReady(client: LoadClient, seconds: Double = 60) throws {
        let tls = try clientContext()
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(seconds)
        while clock.now < deadline {
            guard process.isRunning else { throw BenchmarkFailure.serverDied(log: logTail) }
            do {
                if try client.ask(APIRequest(.GET, "/v1/sys/health"), port: port, tls: tls).isSuccess { return }
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

/// A key with its certificates, leaf first.
struct Credential: Sendable {
    /// PEM.
    let keyPEM: String
    /// PEM, one certificate each.
    let chain: [String]
}
