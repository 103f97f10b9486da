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
        let reads = serials.suffix(2000).map { APIRequest(.GET, "/v1/pki/cert/\($0)") }
        try measure("read by serial number", load(lanes: extent.lanes) { index, _ in reads[index % reads.count] })
        let names = (0..<1000).map { $0 * max(1, lastName / 1000) % lastName + 1 }.map { String(String($0 + 100_000_000).dropFirst()) }
        let whole = try names.map { try search(["common_name": "bench-\($0).internal"]) }
        try measure("search by common name", load(lanes: extent.lanes) { index, _ in whole[index % whole.count] })
        let parts = try names.map { try search(["name": "\($0).int"]) }
        try measure("search by part of a name", load(lanes: 4) { index, _ in parts[index % parts.count] })
    }

    /// Downloads the list of the issuer whose certificates were revoked; answers its octets.
    func measureListDownload() throws -> [UInt8] {
        let request = APIRequest(.GET, "/crl/services.crl")
        let lists = Load(
            port: server.publicPort, lanes: extent.lanes, seconds: extent.seconds, tls: { _ in nil }, request: { _, _ in request })
        try measure("CRL download", lists)
        return Array(try client.ask(request, port: server.publicPort, tls: nil).body.readableBytesView)
    }

    private func search(_ filter: [String: String]) throws -> APIRequest {
        APIRequest(.POST, "/v1/pki/search", token: adminToken, json: try SearchOrder(filter: filter).json())
    }
}
