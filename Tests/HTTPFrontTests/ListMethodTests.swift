import HTTPFront
import NIOCore
import ServerKit
import TestKit
import Testing

@Suite(.timeLimit(.minutes(5))) struct `The verb LIST` {
    @Test func `passes over kept-alive TLS, as curl sends it`() async throws {
        let tls = try TLSFixture()
        let server = try ServerTLS(tls.identity)
        let result = try await withListener({ try APIFixture().service(tls: server, onBound: $0) }) { port, _ in
            let url = "https://localhost:\(port)/v1/things"
            return try await program(
                "curl", ["-s", "--cacert", tls.rootPath, "-X", "LIST", "-w", " %{http_code} %{num_connects}\n", url, url, url])
        }
        #expect(result.stdout == "{\"keys\":[\"a\",\"b\"]} 200 1\n{\"keys\":[\"a\",\"b\"]} 200 0\n{\"keys\":[\"a\",\"b\"]} 200 0\n")
    }

    @Test func `is told apart from its neighbours in a pipeline, however the octets come`() async throws {
        let tls = try TLSFixture()
        let server = try ServerTLS(tls.identity)
        let stream =
            "LIST /v1/things HTTP/1.1\r\nHost: x\r\n\r\nPOST /v1/things HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nLIST "
            + "LIST /v1/things HTTP/1.1\r\nHost: x\r\n\r\nGET /v1/things HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        try await withListener({ try APIFixture().service(tls: server, onBound: $0) }) { port, _ in
            for piece in [1, 3, 7, stream.utf8.count] {
                let answers = try await RawClient.connected(port: port, tls: try tls.client()) { client in
                    var rest = stream[...]
                    while !rest.isEmpty {
                        try await client.send(String(rest.prefix(piece)))
                        rest = rest.dropFirst(piece)
                    }
                    return try await client.readToEnd()
                }
                let statuses = answers.split(separator: "HTTP/1.1 ").map { $0.prefix(3) }
                #expect(statuses == ["200", "200", "200", "405"], "in pieces of \(piece)")
                #expect(answers.contains("{\"octets\":5}"))
            }
        }
    }

    @Test func `does not make LINK a verb`() async throws {
        try await withListener({ try APIFixture().service(tls: nil, onBound: $0) }) { port, _ in
            let answer = try await RawClient.connected(port: port) { client in
                try await client.send("LINK /v1/things HTTP/1.1\r\nHost: x\r\n\r\n")
                return try await client.read(until: "\r\n\r\n")
            }
            #expect(answer.hasPrefix("HTTP/1.1 400 "))
        }
    }
}
