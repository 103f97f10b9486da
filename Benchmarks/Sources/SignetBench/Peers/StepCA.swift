import Crypto
import Foundation
import NIOCore
import NIOHTTP1

/// step-ca 0.19 with its database badger, a JWK provisioner, and the settings that `step ca init` writes; every token is recorded as used.
struct StepCA: Peer {
    let name = "step-ca"
    let port: Int
    let process: ChildProcess

    private let provisioner = P256.Signing.PrivateKey()

    /// Starts it on a free port with an empty database.
    init(_ files: PeerFiles, folder: String, client: LoadClient) throws {
        let port = try FreePorts.pair().api
        self.port = port
        let configuration = StepConfiguration(
            root: files.path("root.pem"), crt: files.path("issuing.pem"), key: files.path("issuing.key"), address: "127.0.0.1:\(port)",
            db: .init(dataSource: folder + "/badger"),
            authority: .init(provisioners: [.init(key: .init(provisioner.publicKey))]))
        let path = folder + "/step-ca.json"
        try Data(configuration.json()).write(to: URL(fileURLWithPath: path))
        let tls = try files.clientContext()
        process = try ChildProcess(program: files.path("step-ca"), arguments: [path], log: folder + "/step-ca.log") {
            try client.ask(APIRequest(.GET, "/health"), port: port, tls: tls).isSuccess
        }
    }

    func signRequests(_ count: Int) throws -> [APIRequest] { try signRequests(PeerFiles.signingRequests(count)) }

    private func signRequests(_ orders: [(name: String, csr: String)]) throws -> [APIRequest] {
        try orders.map { name, csr in
            APIRequest(.POST, "/1.0/sign", json: try ["csr": csr, "ott": try oneTimeToken(for: name)].json())
        }
    }

    /// A certificate for each lane of a load that renews over mutual TLS.
    func credentials(_ count: Int, client: LoadClient, files: PeerFiles) throws -> [Credential] {
        let tls = try files.clientContext()
        let key = SigningRequest.Key()
        return try signRequests(PeerFiles.signingRequests(count, key: key)).map { request in
            let answer = try client.ask(request, port: port, tls: tls)
            guard answer.isSuccess else { throw BenchmarkFailure.refused(operation: "step-ca: sign", complaint: answer.complaint) }
            let body = try JSONDecoder().decode(SignedByStep.self, from: Data(answer.body.readableBytesView))
            return Credential(keyPEM: key.pem, chain: [body.crt, body.ca])
        }
    }

    /// A JWT (RFC 7519) that lets its bearer have one certificate.
    private func oneTimeToken(for name: String) throws -> String {
        let now = Int(Date().timeIntervalSince1970)
        let claims = Claims(
            iss: StepConfiguration.provisionerName, aud: "https://localhost/1.0/sign", sub: name, sans: [name], iat: now, nbf: now - 60,
            exp: now + 3600, jti: UUID().uuidString)
        let signed =
            base64URL(try ["alg": "ES256", "kid": StepConfiguration.keyID, "typ": "JWT"].json()) + "." + base64URL(try claims.json())
        let signature = try provisioner.signature(for: Array(signed.utf8))
        return signed + "." + base64URL(Array(signature.rawRepresentation))
    }

    private struct Claims: Encodable {
        let iss, aud, sub: String
        let sans: [String]
        let iat, nbf, exp: Int
        let jti: String
    }

    private struct SignedByStep: Decodable {
        let crt, ca: String
    }
}

/// The alphabet of tokens (RFC 4648 §5), without padding.
func base64URL(_ octets: [UInt8]) -> String {
    Data(octets).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
}
