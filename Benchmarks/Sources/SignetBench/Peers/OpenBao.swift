import Foundation
import NIOCore
import NIOHTTP1

/// OpenBao 2.7 as its documentation advises for one machine: raft storage, an audit file, TLS 1.3; every certificate is stored, without a lease.
struct OpenBao: Peer {
    let name = "openbao"
    let port: Int
    let process: ChildProcess

    private let token: String

    /// Starts it on free ports with empty storage, unseals it, and gives it the peers' issuing CA with a role and a token for signing alone.
    init(_ files: PeerFiles, folder: String, client: LoadClient) throws {
        let ports = try FreePorts.pair()
        let (port, tls) = (ports.api, try files.clientContext())
        self.port = port
        let data = folder + "/openbao"
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
        let configuration = data + ".hcl"
        let text = Self.configuration(files, port: port, cluster: ports.plain, data: data)
        try Data(text.utf8).write(to: URL(fileURLWithPath: configuration))
        process = try ChildProcess(
            program: files.path("bao"), arguments: ["server", "-config=\(configuration)"], log: folder + "/openbao.log"
        ) { try client.ask(APIRequest(.GET, "/v1/sys/seal-status"), port: port, tls: tls).isSuccess }

        func put(_ path: String, _ body: some Encodable, token: String? = nil) throws -> Answer {
            let answer = try client.ask(APIRequest(.PUT, "/v1/" + path, token: token, json: try body.json()), port: port, tls: tls)
            guard answer.isSuccess else { throw BenchmarkFailure.refused(operation: "openbao: \(path)", complaint: answer.complaint) }
            return answer
        }
        let keys = try JSONDecoder().decode(
            Keys.self, from: Data(try put("sys/init", ["secret_shares": 1, "secret_threshold": 1]).body.readableBytesView))
        _ = try put("sys/unseal", ["key": keys.keys[0]])
        try process.waitUntil { try client.ask(APIRequest(.GET, "/v1/sys/health"), port: port, tls: tls).isSuccess }
        let root = keys.root_token
        _ = try put("sys/mounts/pki", ["type": "pki"], token: root)
        _ = try put("sys/mounts/pki/tune", ["max_lease_ttl": "87600h"], token: root)
        let bundle = try ["issuing.pem", "issuing.key"].map { try String(contentsOfFile: files.path($0), encoding: .utf8) }.joined()
        _ = try put("pki/config/ca", ["pem_bundle": bundle], token: root)
        let urls = ["crl_distribution_points": "http://127.0.0.1/crl", "issuing_certificates": "http://127.0.0.1/ca"]
        _ = try put("pki/config/urls", urls, token: root)
        _ = try put("pki/roles/device", Role(), token: root)
        let policy = #"path "pki/sign/device" { capabilities = ["update"] }"#
        _ = try put("sys/policies/acl/load", ["policy": policy], token: root)
        token = try TokenBody(put("auth/token/create-orphan", LoadToken(), token: root).body).auth.client_token
    }

    func signRequests(_ count: Int) throws -> [APIRequest] {
        try PeerFiles.signingRequests(count).map { _, csr in
            APIRequest(.PUT, "/v1/pki/sign/device", token: token, json: try ["csr": csr].json())
        }
    }

    private static func configuration(_ files: PeerFiles, port: Int, cluster: Int, data: String) -> String {
        """
        api_addr = "https://127.0.0.1:\(port)"
        cluster_addr = "https://127.0.0.1:\(cluster)"
        storage "raft" {
          path = "\(data)"
          node_id = "peer"
          performance_multiplier = 1
        }
        listener "tcp" {
          address = "127.0.0.1:\(port)"
          cluster_address = "127.0.0.1:\(cluster)"
          tls_cert_file = "\(files.path("server.pem"))"
          tls_key_file = "\(files.path("server.key"))"
          tls_min_version = "tls13"
        }
        audit "file" "all" {
          options {
            file_path = "\(data)/audit.log"
          }
        }
        """
    }

    private struct Keys: Decodable {
        let keys: [String]
        let root_token: String
    }

    private struct Role: Encodable {
        let key_type = "ec"
        let ttl = "720h"
        let allow_any_name = true
        let enforce_hostnames = false
        let cn_validations = ["disabled"]
        let server_flag = false
        let key_usage = ["DigitalSignature"]
        let no_store = false
        let generate_lease = false
    }

    private struct LoadToken: Encodable {
        let policies = ["load"]
        let no_default_policy = true
        let ttl = "24h"
    }
}
