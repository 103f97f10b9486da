import Foundation
import NIOHTTP1

/// Requests to sign that are refused: what they cost, an attacker can ask for without end.
extension Session {
    /// Enrolments with tickets that have no use left, each presented less often than a server counts in a minute before it reads no more of them.
    func spentTickets() throws -> Load {
        let perTicket = 50
        let csrs = try (0..<perTicket).map { _ in try SigningRequest(key: keys[1], commonName: freshUUID(), dnsName: nil).pem }
        let tickets = try (0..<Int(extent.roundSeconds * Extent.mostPerSecond) / perTicket).map { _ in
            let ticket = try ticket(uses: 1)
            try askOnce(enrolment(ticket, name: freshUUID()), "enrolling")
            return ticket
        }
        let requests = try tickets.flatMap { ticket in
            try csrs.map { APIRequest(.POST, "/v1/pki/sign/device", token: ticket, json: try ["csr": $0].json()) }
        }
        return refused(requests, "ticket_spent")
    }

    /// Requests to sign, by the admin token, for a device that is suspended since its certificate was revoked.
    func suspendedDevice() throws -> Load {
        let name = freshUUID()
        let answer = try askOnce(enrolment(adminToken, name: name), "enrolling")
        let order = ["serial_number": try SignedBody(answer.body).data.serial_number, "reason": "privilegeWithdrawn"]
        try askOnce(APIRequest(.POST, "/v1/pki/revoke", token: adminToken, json: order.json()), "revoke")
        let requests = try (0..<Int(extent.roundSeconds * Extent.mostPerSecond)).map { _ in try enrolment(adminToken, name: name) }
        return refused(requests, "identity_suspended")
    }

    private func refused(_ requests: [APIRequest], _ code: String) -> Load {
        var load = load(lanes: extent.lanes) { index, _ in index < requests.count ? requests[index] : nil }
        load.refusal = code
        return load
    }

    private func freshUUID() -> String { UUID().uuidString.lowercased() }
}
