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
        try measureSaturation()
    }

    /// Signs over many connections, and over many at half of what these could; answers that half and what it was like.
    @discardableResult
    func measureSaturation() throws -> (rate: Double, half: Measurement) {
        let rate = (try measureSigning(lanes: extent.lanes).perSecond / 2).rounded()
        return (rate, try measureSigning(lanes: extent.lanes, perSecond: rate))
    }

    /// A load that signs, as fast as answers come unless told otherwise.
    func signingLoad(lanes: Int, perSecond: Double? = nil, seconds: Double? = nil) throws -> Load {
        let seconds = seconds ?? extent.seconds
        let requests = try signRequests(perSecond.map { Int($0 * seconds) + lanes } ?? Int(seconds * Extent.mostPerSecond))
        var load = load(lanes: lanes) { index, _ in index < requests.count ? requests[index] : nil }
        load.seconds = seconds
        load.requestsPerSecond = perSecond
        load.keepsBodies = true
        return load
    }

    /// Signs over some connections, as fast as answers come unless told otherwise.
    @discardableResult
    func measureSigning(lanes: Int, perSecond: Double? = nil) throws -> Measurement {
        let (measurement, notes) = try measure(Operation.sign, signingLoad(lanes: lanes, perSecond: perSecond))
        serials += try notes.bodies.map { try SignedBody($0).data.serial_number }
        return measurement
    }

    /// Enrols devices with one ticket that is good for many.
    func measureEnrolling() throws {
        let requests = try enrolments(extent.prepared)
        try measure("enrol a device by ticket", load(lanes: extent.lanes) { index, _ in index < requests.count ? requests[index] : nil })
    }

    /// Enrols a few devices; answers their serial numbers.
    func devices(_ count: Int) throws -> [String] {
        try enrolments(count).map { try SignedBody(askOnce($0, "enrolling").body).data.serial_number }
    }

    private func enrolments(_ count: Int) throws -> [APIRequest] {
        let ticket = try ticket(uses: count)
        return try (0..<count).map { _ in try enrolment(ticket, name: UUID().uuidString.lowercased()) }
    }

    /// A request to sign a device's key with a ticket or token.
    func enrolment(_ token: String, name: String) throws -> APIRequest {
        let csr = try SigningRequest(key: keys[0], commonName: name, dnsName: nil).pem
        return APIRequest(.POST, "/v1/pki/sign/device", token: token, json: try ["csr": csr].json())
    }

    /// A ticket that enrols so many new devices.
    func ticket(uses: Int) throws -> String {
        let order = try TicketOrder(num_uses: uses).json()
        let answer = try askOnce(APIRequest(.POST, "/v1/auth/token/create", token: adminToken, json: order), "ticket")
        return try TokenBody(answer.body).auth.client_token
    }

    /// Asks over a connection of its own; throws when the answer is no success.
    @discardableResult
    func askOnce(_ request: APIRequest, _ operation: String) throws -> Answer {
        let answer = try client.ask(request, port: server.port, tls: anonymous)
        guard answer.isSuccess else { throw BenchmarkFailure.refused(operation: operation, complaint: answer.complaint) }
        return answer
    }
}
