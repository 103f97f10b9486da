import Foundation
import NIOCore
import NIOHTTP1

/// Certificates by CSR.
extension Session {
    /// Requests to sign services with names of their own, by the admin token.
    func signRequests(_ count: Int) throws -> [APIRequest] {
        try (0..<count).map { _ in
            let name = freshName()
            let csr = try SigningRequest(key: keys[0], commonName: name, dnsName: name).pem
            return APIRequest(.POST, "/v1/pki/sign/service", token: adminToken, json: try ["csr": csr].json())
        }
    }

    /// Signs over one connection, over many, and over many at half of what these could; keeps the serial numbers.
    func measureSigning() throws {
        try measureSigning(lanes: 1)
        let saturated = try measureSigning(lanes: extent.lanes)
        try measureSigning(lanes: extent.lanes, perSecond: (saturated.perSecond / 2).rounded())
    }

    /// Signs over some connections, as fast as answers come unless told otherwise.
    @discardableResult
    func measureSigning(lanes: Int, perSecond: Double? = nil) throws -> Measurement {
        let requests = try signRequests(extent.prepared)
        var load = load(lanes: lanes) { index, _ in index < requests.count ? requests[index] : nil }
        load.requestsPerSecond = perSecond
        load.keepsBodies = true
        let (measurement, notes) = try measure(Operation.sign, load)
        serials += try notes.bodies.map { try SignedBody($0).data.serial_number }
        return measurement
    }

    /// Issues certificates that are not measured, in portions.
    func seed(_ count: Int) throws {
        var left = count
        while left > 0 {
            let requests = try signRequests(min(left, 10_000))
            left -= requests.count
            var load = Load(
                port: server.port, lanes: extent.lanes, seconds: 3600, tls: { [anonymous] _ in anonymous },
                request: { index, _ in index < requests.count ? requests[index] : nil })
            load.keepsBodies = serials.count < 50_000
            let notes = try client.run(load) {}
            guard notes.failures == 0 else {
                throw BenchmarkFailure.refused(operation: "seeding", complaint: notes.firstFailure ?? "")
            }
            serials += try notes.bodies.map { try SignedBody($0).data.serial_number }
        }
    }

    /// Enrols devices with one ticket that is good for many.
    func measureEnrolling() throws {
        let order = try TicketOrder(num_uses: extent.prepared).json()
        let answer = try client.ask(
            APIRequest(.POST, "/v1/auth/token/create", token: adminToken, json: order), port: server.port, tls: anonymous)
        guard answer.isSuccess else { throw BenchmarkFailure.refused(operation: "ticket", complaint: answer.complaint) }
        let ticket = try TokenBody(answer.body).auth.client_token
        let requests = try (0..<extent.prepared).map { _ in
            let csr = try SigningRequest(key: keys[0], commonName: UUID().uuidString.lowercased(), dnsName: nil).pem
            return APIRequest(.POST, "/v1/pki/sign/device", token: ticket, json: try ["csr": csr].json())
        }
        try measure("enrol a device by ticket", load(lanes: extent.lanes) { index, _ in index < requests.count ? requests[index] : nil })
    }
}
