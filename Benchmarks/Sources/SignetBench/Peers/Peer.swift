import Foundation
import NIOSSL

/// Another CA under the same load as ours.
protocol Peer {
    /// As tables name it.
    var name: String { get }
    /// The port that it listens on with TLS.
    var port: Int { get }
    var process: ChildProcess { get }
    /// Requests to sign, each for a name of its own, with whatever authorizes them made already.
    func signRequests(_ count: Int) throws -> [APIRequest]
}

/// The files that `Benchmarks/Peers/prepare` makes: programs, a root, an issuing CA and a server certificate, all P-256.
struct PeerFiles {
    let folder: String

    func path(_ name: String) -> String { folder + "/" + name }

    /// Whether a program and the CA are there.
    func have(_ program: String) -> Bool {
        [program, "root.pem", "issuing.pem", "issuing.key", "server.pem", "server.key"].allSatisfy {
            FileManager.default.fileExists(atPath: path($0))
        }
    }

    /// Trusts the peers' root.
    func clientContext(_ credential: Credential? = nil) throws -> NIOSSLContext { try clientTLS(trusting: path("root.pem"), credential) }

    /// Names and CSRs for them, signed with one key.
    static func signingRequests(_ count: Int, key: SigningRequest.Key = .init()) throws -> [(name: String, csr: String)] {
        try (0..<count).map { number in
            let name = "peer-" + String(String(number + 100_000_000).dropFirst()) + ".internal"
            return (name, try SigningRequest(key: key, commonName: name, dnsName: name).pem)
        }
    }
}
