import Foundation
import NIOCore

/// `data` of an answer to sign and renew, as far as it is used here.
struct SignedBody: Decodable {
    struct Payload: Decodable {
        let certificate: String
        let ca_chain: [String]
        let serial_number: String
    }

    let data: Payload

    /// Reads an answer.
    init(_ body: ByteBuffer) throws {
        self = try JSONDecoder().decode(Self.self, from: Data(body.readableBytesView))
    }
}

/// The number of the list that will name a revoked certificate.
struct RevokedBody: Decodable {
    struct Payload: Decodable { let crl_number: Int64 }

    let data: Payload

    /// Reads an answer.
    init(_ body: ByteBuffer) throws {
        self = try JSONDecoder().decode(Self.self, from: Data(body.readableBytesView))
    }
}

/// The token in an answer to `auth/token/create`.
struct TokenBody: Decodable {
    struct Auth: Decodable { let client_token: String }

    let auth: Auth

    /// Reads an answer.
    init(_ body: ByteBuffer) throws {
        self = try JSONDecoder().decode(Self.self, from: Data(body.readableBytesView))
    }
}

/// An order for a ticket that any new device may enrol with.
struct TicketOrder: Encodable {
    struct Ticket: Encodable {
        let profile = "device"
        let pattern = "*"
        let organization = "Bench"
        let type = "sensor"
    }

    let ticket = Ticket()
    let num_uses: Int
}

/// A search for one page.
struct SearchOrder: Encodable {
    let filter: [String: String]
    let limit = 10
}

extension Encodable {
    /// As octets of JSON.
    func json() throws -> [UInt8] { Array(try JSONEncoder().encode(self)) }
}
