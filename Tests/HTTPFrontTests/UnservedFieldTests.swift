@testable import HTTPFront
import HTTPTypes
import HummingbirdCore
import NIOCore
import Testing

@Suite struct `Header fields that ask for what is not done` {
    @Test(
        arguments: [
            (.post, "X-Vault-Wrap-TTL", "60s", 400, "field_not_served"), (.get, "x-vault-wrap-ttl", "5m", 400, "field_not_served"),
            (.post, "X-Vault-Wrap-TTL", "nonsense", 400, "field_not_served"),
            (.post, "X-Vault-Namespace", "team-a/", 404, "unknown_namespace"),
            (.get, "X-Vault-Namespace", "root/a", 404, "unknown_namespace"),
            (.post, "Expect", "200-ok", 417, "field_not_served"), (.put, "Content-Encoding", "gzip", 415, "field_not_served"),
            (.post, "If-Match", "\"a\"", 400, "field_not_served"), (.put, "If-None-Match", "*", 400, "field_not_served"),
            (.post, "If-Unmodified-Since", "Sun, 06 Nov 1994 08:49:37 GMT", 400, "field_not_served"),
        ] as [(HTTPRequest.Method, String, String, Int, String)])
    func `are refused`(_ method: HTTPRequest.Method, name: String, value: String, status: Int, code: String) throws {
        let failure = try #require(throws: APIFailure.self) { try UnservedFields.refuse(try request(method, name, value)) }
        #expect(failure.status.code == status && failure.code == code)
        #expect(failure.errors.allSatisfy { $0.contains("remedy: ") })
    }

    @Test(
        arguments: [
            (.post, "X-Vault-Wrap-TTL", "0"), (.post, "X-Vault-Wrap-TTL", ""), (.post, "X-Vault-Namespace", ""),
            (.post, "X-Vault-Namespace", "root/"),
            (.post, "X-Vault-Namespace", "/"), (.post, "Expect", "100-Continue"), (.post, "Content-Encoding", "identity"),
            (.get, "If-None-Match", "\"a\""), (.post, "X-Vault-Request", "true"),
        ] as [(HTTPRequest.Method, String, String)])
    func `are taken where they ask for nothing`(_ method: HTTPRequest.Method, name: String, value: String) throws {
        try UnservedFields.refuse(try request(method, name, value))
    }

    private func request(_ method: HTTPRequest.Method, _ name: String, _ value: String) throws -> Request {
        var head = HTTPRequest(method: method, scheme: nil, authority: nil, path: "/v1/pki/issue/service")
        head.headerFields[try #require(HTTPField.Name(name))] = value
        return Request(head: head, body: RequestBody(buffer: ByteBuffer()))
    }
}
