import NIOHTTP1
import NIOSSL
import Synchronization

/// A service with a certificate, ready to ask for the next one. Once: a certificate that has been renewed renews again only for a lost answer.
struct RenewingService: Sendable {
    let context: NIOSSLContext
    let request: APIRequest
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

    /// The turn that a lane is at, or will begin with.
    func present(_ lane: Int) -> Int { counts.withLock { max(0, $0[lane] - 1) } }
}

extension Session {
    /// Enrols services, as many as can be renewed in one measurement unless told otherwise.
    func renewingServices(_ count: Int? = nil) throws -> [RenewingService] {
        let names = (0..<(count ?? extent.renewals)).map { _ in freshName() }
        let enrolments = try names.map { name in
            let csr = try SigningRequest(key: keys[0], commonName: name, dnsName: name).pem
            return APIRequest(.POST, "/v1/pki/sign/service", token: adminToken, json: try ["csr": csr].json())
        }
        // One lane, so that the answers come in the order of the names.
        var load = load(lanes: 1) { index, _ in index < enrolments.count ? enrolments[index] : nil }
        (load.keepsBodies, load.seconds) = (true, 600)
        let notes = try client.run(load) {}
        guard notes.bodies.count == names.count else {
            throw BenchmarkFailure.refused(operation: "enrolling", complaint: notes.firstFailure ?? "")
        }
        return try zip(names, notes.bodies).map { name, body in
            let signed = try SignedBody(body).data
            let credential = Credential(keyPEM: keys[0].pem, chain: [signed.certificate] + signed.ca_chain.prefix(1))
            let csr = try SigningRequest(key: keys[1], commonName: name, dnsName: name).pem
            return RenewingService(
                context: try server.clientContext(credential),
                request: APIRequest(.POST, "/v1/pki/renew", json: try ["csr": csr].json()))
        }
    }

    /// Renews over connections that are there, and over a new one each.
    func measureRenewing(styles: [Load.Style] = [.keepAlive, .connectionEach]) throws {
        for style in styles {
            progress("services to renew")
            try measure(Operation.renew, renewals(renewingServices(), style: style))
        }
    }

    /// A load in which every service renews once, on a connection of its own.
    func renewals(_ services: [RenewingService], style: Load.Style) -> Load {
        let lanes = style == .keepAlive ? services.count : extent.handshakeLanes
        let turns = Turns(lanes: lanes)
        var load = Load(
            port: server.port, style: style, lanes: lanes, seconds: extent.seconds,
            tls: { services[min($0 + turns.present($0) * lanes, services.count - 1)].context },
            request: { _, lane in
                let index = lane + turns.next(lane) * lanes
                return index < services.count ? services[index].request : nil
            })
        if style == .keepAlive { load.active = extent.lanes }
        return load
    }
}
