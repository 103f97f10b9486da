import Foundation
import NIOHTTP1
import NIOSSL

/// One revocation of a device, followed until every file that names it is published.
struct Publication {
    /// When the request to revoke was sent.
    let begin: ContinuousClock.Instant
    /// When the new DER list had its name.
    let listed: ContinuousClock.Instant
    /// When the index, which comes last, had its number.
    let end: ContinuousClock.Instant
    /// Microseconds of server CPU from the request to the DER list.
    let listCPU: Double
    /// The same to the index.
    let allCPU: Double
}

/// Revokes devices one after the other over connections of its own.
struct Revoker: Sendable {
    private let server: Int32
    private let port: Int
    private let published: String
    private let tls: NIOSSLContext
    private let adminToken: String
    let client: LoadClient

    init(_ session: Session, client: LoadClient) {
        server = session.server.id
        port = session.server.port
        published = session.server.data + "/published"
        tls = session.anonymous
        adminToken = session.adminToken
        self.client = client
    }

    /// Revokes a certificate and waits until the new lists are there.
    func revoke(_ serial: String) throws -> Publication {
        let order = APIRequest(
            .POST, "/v1/pki/revoke", token: adminToken, json: try ["serial_number": serial, "reason": "superseded"].json())
        let clock = ContinuousClock()
        let cpu = try ProcessUsage.threadsCPU(of: server)
        let begin = clock.now
        let answer = try client.ask(order, port: port, tls: tls)
        guard answer.isSuccess else { throw BenchmarkFailure.refused(operation: "revoke", complaint: answer.complaint) }
        let number = try RevokedBody(answer.body).data.crl_number
        try wait { FileManager.default.fileExists(atPath: "\(published)/devices-\(number).crl") }
        let (listed, listCPU) = (clock.now, try ProcessUsage.threadsCPU(of: server) - cpu)
        try wait { try PublishedNumbers(path: published + "/index.json").devices >= number }
        return Publication(
            begin: begin, listed: listed, end: clock.now, listCPU: listCPU, allCPU: try ProcessUsage.threadsCPU(of: server) - cpu)
    }

    private func wait(_ condition: () throws -> Bool) throws {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(120)
        while try !condition() {
            guard clock.now < deadline else { throw BenchmarkFailure.noAnswer("a list was not published within two minutes") }
            usleep(500)
        }
    }
}

/// What the published index says of the devices' list.
private struct PublishedNumbers: Decodable {
    private struct Issuer: Decodable {
        let name: String
        let crl_number: Int64
    }

    private let issuers: [Issuer]

    init(path: String) throws {
        self = try JSONDecoder().decode(Self.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    }

    /// The number of the newest list that is in bundle and index; 0 when there is none.
    var devices: Int64 { issuers.first { $0.name == "devices" }?.crl_number ?? 0 }
}
