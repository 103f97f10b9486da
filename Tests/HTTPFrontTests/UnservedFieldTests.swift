@testable import HTTPFront
import HTTPTypes
import HummingbirdCore
import NIOCore
import Testing

@Suite struct `Header fields that ask for what is not done` {
    @Test(
        arguments: [
            (.post, "Expect", "200-ok", 417), (.put, "Content-Encoding", "gzip", 415), (.post, "If-Match", "\"a\"", 400),
            (.put, "If-None-Match", "*", 400), (.post, "If-Unmodified-Since", "Sun, 06 Nov 1994 08:49:37 GMT", 400),
        ] as [(HTTPRequest.Method, String, String, Int)])
    func `are refused`(_ method: HTTPRequest.Method, name: String, value: String, status: Int) throws {
        let failure = try #require(throws: APIFailure.self) { try UnservedFields.refuse(try request(method, name, value)) }
        #expect(failure.status.code == status && failure.code == "field_not_served")
        #expect(failure.errors.allSatisfy { $0.contains("remedy: ") })
    }

    @Test(
        arguments: [
            (.post, "Expect", "100-Continue"), (.post, "Content-Encoding", "identity"), (.get, "If-None-Match", "\"a\""),
            (.post, "X-Vault-Request", "true"),
        ] as [(HTTPRequest.Method, String, String)])
    func `are taken where they ask for nothing`(_ method: HTTPRequest.Method, name: String, value: String) throws {
        try UnservedFields.refuse(try request(method, name, value))
    }

    private func request(_ method: HTTPRequest.Method, _ name: String, _ value: String) throws -> Request {
        var head = HTTPRequest(method: method, scheme: nil, authority: nil, path: "/v1/things")
        head.headerFields[try #require(HTTPField.Name(name))] = value
        return Request(head: head, body: RequestBody(buffer: ByteBuffer()))
    }
}
