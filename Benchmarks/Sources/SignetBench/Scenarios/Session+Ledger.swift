import NIOCore
import NIOHTTP1

/// What is asked of certificates that were issued: revoking, reading, searching, lists.
extension Session {
    /// Revokes some of the certificates issued so far.
    func measureRevoking() throws {
        let count = serials.count / 2
        let requests = try serials.prefix(count).map { serial in
            APIRequest(
                .POST, "/v1/pki/revoke", token: adminToken, json: try ["serial_number": serial, "reason": "superseded"].json())
        }
        serials.removeFirst(count)
        try measure("revoke", load(lanes: extent.lanes) { index, _ in index < requests.count ? requests[index] : nil })
    }

    /// Reads by serial number; searches by whole names, and by parts of names, spread over all that there are.
    func measureReading() throws {
        let known = try spread(2000)
        let reads = known.map { APIRequest(.GET, "/v1/pki/cert/\($0.serial)") }
        try measure("read by serial number", load(lanes: extent.lanes) { index, _ in reads[index % reads.count] })
        let whole = try known.map { try search(["common_name": $0.name]) }
        try measure("search by common name", load(lanes: extent.lanes) { index, _ in whole[index % whole.count] })
        let parts = try known.map { try search(["name": String($0.name.dropFirst(2).prefix(14))]) }
        try measure("search by part of a name", load(lanes: 4) { index, _ in parts[index % parts.count] })
    }

    /// Certificates evenly spread over the ledger.
    private func spread(_ count: Int) throws -> [(serial: String, name: String)] {
        let last = try ledger.integer("SELECT max(id) FROM certificate")
        let find = try ledger.prepare("SELECT lower(hex(serial)), common_name FROM certificate WHERE id = ?")
        return try (0..<count).compactMap { index in
            let id = 1 + Int64(index) * (last - 1) / Int64(count)
            return try find.texts([.integer(id)]).first.map { ($0[0], $0[1]) }
        }
    }

    /// Downloads the list of the devices.
    func measureListDownload() throws {
        let request = APIRequest(.GET, "/crl/devices.crl")
        let lists = Load(
            port: server.publicPort, lanes: extent.lanes, seconds: extent.seconds, tls: { _ in nil }, request: { _, _ in request })
        try measure("CRL download", lists)
    }

    private func search(_ filter: [String: String]) throws -> APIRequest {
        APIRequest(.POST, "/v1/pki/search", token: adminToken, json: try SearchOrder(filter: filter).json())
    }
}
