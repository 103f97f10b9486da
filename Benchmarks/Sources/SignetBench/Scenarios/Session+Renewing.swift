import NIOHTTP1
import NIOSSL
import Synchronization

/// A service with a certificate, ready to ask for the next one again and again.
///
/// It always presents its first certificate: the ledger lets the parent of the newest renew again within the grace, for an answer may have been
/// lost, as long as the key differs from the newest's. So one TLS context serves for the whole load.
struct RenewingService: Sendable {
    let context: NIOSSLContext
    /// One for each of two keys, to be asked in turn.
    let requests: [APIRequest]
}

/// Counts for each lane by itself.
final class Turns: Sendable {
    private let counts: Mutex<[Int]>

    init(lanes: Int) { counts = Mutex([Int](repeating: 0, count: lanes)) }

    /// How often this lane has asked before.
    func next(_ lane: Int) -> Int {
        counts.withLock { counts in
            defer { counts[lane] += 1 }
            return counts[lane]
        }
    }
}

extension Session {
    /// Enrols a service for each lane.
    func renewingServices() throws -> [RenewingService] {
        try (0..<extent.lanes).map { _ in
            let name = freshName()
            let key = SigningRequest.Key()
            let json = try ["csr": SigningRequest(key: key, commonName: name, dnsName: name).pem].json()
            let answer = try client.ask(
                APIRequest(.POST, "/v1/pki/sign/service", token: adminToken, json: json), port: server.port, tls: anonymous)
            guard answer.isSuccess else { throw BenchmarkFailure.refused(operation: "enrolling", complaint: answer.complaint) }
            let signed = try SignedBody(answer.body).data
            let credential = Credential(keyPEM: key.pem, chain: [signed.certificate] + signed.ca_chain.prefix(1))
            let requests = try keys.map { key in
                let csr = try SigningRequest(key: key, commonName: name, dnsName: name).pem
                return APIRequest(.POST, "/v1/pki/renew", json: try ["csr": csr].json())
            }
            return RenewingService(context: try server.clientContext(credential), requests: requests)
        }
    }

    /// Renews over connections that are there, and over a new one each.
    func measureRenewing(_ services: [RenewingService], styles: [Load.Style] = [.keepAlive, .connectionEach]) throws {
        let turns = Turns(lanes: services.count)
        for style in styles { try measure(Operation.renew, renewals(services, style: style, turns: turns)) }
    }

    /// A load that renews, with each service's two keys in turn.
    func renewals(_ services: [RenewingService], style: Load.Style, turns: Turns) -> Load {
        Load(
            port: server.port, style: style, lanes: style == .keepAlive ? extent.lanes : extent.handshakeLanes, seconds: extent.seconds,
            tls: { services[$0].context }, request: { _, lane in services[lane].requests[turns.next(lane) % 2] })
    }
}
