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

    private let child: ChildProcess

    /// Makes a new CA in a folder.
    static func initialize(program: String, data: String) throws {
        // Its public address is only what certificates say: a run's ports are its own.
        try ChildProcess.run(program, ["init", "--data", data, "--organization", "Bench", "--public-url", "http://127.0.0.1:8080"])
    }

    /// Starts serving and waits until the server says that it is healthy.
    init(program: String, data: String, client: LoadClient) throws {
        let ports = try FreePorts.pair()
        (port, publicPort) = ports
        self.data = data
        let arguments = ["serve", "--data", data, "--listen", "127.0.0.1:\(ports.api)", "--public", "127.0.0.1:\(ports.plain)"]
        let tls = try Self.clientContext(data: data)
        child = try ChildProcess(program: program, arguments: arguments, log: data + ".log") {
            try client.ask(APIRequest(.GET, "/v1/sys/health"), port: ports.api, tls: tls).isSuccess
        }
    }

    /// The process's id.
    var id: Int32 { child.id }

    /// Seconds from the start of the process to its first answer to a health check.
    var secondsToReady: Double { child.secondsToReady }

    /// A client context that trusts this CA, with a certificate of its own if given.
    func clientContext(_ credential: Credential? = nil) throws -> NIOSSLContext {
        try Self.clientContext(data: data, credential)
    }

    /// Asks the server to end, and waits for it.
    func stop() { child.stop() }

    private static func clientContext(data: String, _ credential: Credential? = nil) throws -> NIOSSLContext {
        try clientTLS(trusting: data + "/root.pem", credential)
    }
}

/// A client context for TLS 1.3 and HTTP/1.1.
/// - Parameter roots: path of a PEM file.
func clientTLS(trusting roots: String, _ credential: Credential? = nil) throws -> NIOSSLContext {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv13
    configuration.applicationProtocols = ["http/1.1"]
    configuration.trustRoots = .file(roots)
    if let credential {
        configuration.certificateChain = try credential.chain.map {
            .certificate(try NIOSSLCertificate(bytes: Array($0.utf8), format: .pem))
        }
        configuration.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: Array(credential.keyPEM.utf8), format: .pem))
    }
    return try NIOSSLContext(configuration: configuration)
}

/// A key with its certificates, leaf first.
struct Credential: Sendable {
    /// PEM.
    let keyPEM: String
    /// PEM, one certificate each.
    let chain: [String]
}
