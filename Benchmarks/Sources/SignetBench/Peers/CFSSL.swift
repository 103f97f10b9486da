import Foundation
import NIOHTTP1

/// cfssl 1.2 as the CA that keeps nothing: no store, no authorization, TLS by Go.
struct CFSSL: Peer {
    let name = "cfssl"
    let port: Int
    let process: ChildProcess

    private struct Configuration: Encodable {
        struct Signing: Encodable { let `default` = Profile() }
        struct Profile: Encodable {
            let expiry = "24h"
            let usages = ["digital signature", "server auth", "client auth"]
        }
        let signing = Signing()
    }

    /// Starts it on a free port.
    init(_ files: PeerFiles, folder: String, client: LoadClient) throws {
        let port = try FreePorts.pair().api
        self.port = port
        let configuration = folder + "/cfssl.json"
        try Data(Configuration().json()).write(to: URL(fileURLWithPath: configuration))
        let tls = try files.clientContext()
        process = try ChildProcess(
            program: files.path("cfssl"),
            arguments: [
                "serve", "-address", "127.0.0.1", "-port", String(port), "-ca", files.path("issuing.pem"), "-ca-key",
                files.path("issuing.key"), "-config", configuration, "-tls-cert", files.path("server.pem"), "-tls-key",
                files.path("server.key"),
            ], log: folder + "/cfssl.log"
        ) { try client.ask(KeepAliveLane.warmUp, port: port, tls: tls).status > 0 }
    }

    func signRequests(_ count: Int) throws -> [APIRequest] {
        try PeerFiles.signingRequests(count).map { _, csr in
            APIRequest(.POST, "/api/v1/cfssl/sign", json: try ["certificate_request": csr].json())
        }
    }
}
