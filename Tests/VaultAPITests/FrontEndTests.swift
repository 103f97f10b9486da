import HTTPFront
import HTTPTypes
import HummingbirdCore
import NIOCore
import PKI
import ServerKit
import TestKit
import Testing
import VaultAPI

/// A front end that has nothing of Vault's: files below `/ui/`, for everybody.
private struct Pages {
    func routes() -> [RouteGroup] {
        var rules = RouteRules()
        rules.bodyLimit = 4
        rules.screen = { request throws(APIFailure) in
            if request.headers[.cookie] != nil { throw APIFailure(.badRequest, code: "cookie", errors: []) }
        }
        rules.refusal = { $0 is Missing ? APIFailure(.gone, code: "gone", errors: ["it was here"]) : nil }
        rules.render = { failure, _ in
            let page = "<p>\(failure.code): \(failure.errors.joined())</p>"
            return Response(status: failure.status, body: ResponseBody(byteBuffer: ByteBuffer(string: page)))
        }
        rules.unserved = { APIFailure(.notFound, code: "no_page", errors: [$0]) }
        var pages = RouteGroup("ui", rules)
        pages.get("files/{path...}") { _, context in
            guard let path = context.parameters["path"], path != "lost" else { throw Missing() }
            return Response(status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(string: path)))
        }
        pages.on("notes", method: .post) { request, context in
            Response(status: .ok, body: ResponseBody(byteBuffer: try await request.collectBody(for: context)))
        }
        pages.get("mine") { request, context in
            Response(status: .ok, body: ResponseBody(byteBuffer: try await context.body(of: request)))
        }
        // Below the other's prefix, with words of its own.
        var inner = rules
        inner.unserved = { APIFailure(.notFound, code: "no_inner_page", errors: [$0]) }
        return [pages, RouteGroup("ui/inner", inner)]
    }

    private struct Missing: Error {}
}

@Suite(.timeLimit(.minutes(5))) struct `Front ends of one listener` {
    private func served(_ calls: [Call]) async throws -> [Answer] {
        let deployment = try await Deployment()
        let answers = Collected<Answer>()
        let router = try Router(deployment.api.routes() + Pages().routes())
        try await LoopbackTransport.running(router) { transport in
            for call in calls { answers.add(try await transport.send(call)) }
        }
        return answers.all
    }

    private static let rows: [(call: Call, status: Int, text: String)] = [
        (Call(.get, "/ui/files/a/b.css"), 200, "a/b.css"), (Call(.get, "/ui/files/"), 200, ""),
        (Call(.get, "/ui/files/lost"), 410, "<p>gone: it was here</p>"), (Call(.get, "/ui/nothing"), 404, "<p>no_page: /ui/nothing</p>"),
        (Call(.get, "/ui"), 404, "<p>no_page: /ui</p>"), (Call(.get, "/ui/inner"), 404, "<p>no_inner_page: /ui/inner</p>"),
        (Call(.get, "/ui//inner/a"), 404, "<p>no_inner_page: /ui//inner/a</p>"),
        (Call(.get, "/ui/innermost"), 404, "<p>no_page: /ui/innermost</p>"),
        (Call(.delete, "/ui/files/a"), 405, "<p>method_not_allowed: DELETE is not served at this path · remedy: use one of GET, HEAD</p>"),
        (Call(.post, "/ui/notes", body: "four".utf8), 200, "four"),
        (
            Call(.post, "/ui/notes", body: "fives".utf8), 413,
            "<p>content_too_large: the request's body is larger than 4 octets · remedy: send less in one request</p>"
        ),
        (Call(.get, "/ui/files/a").with("Cookie", "a=b"), 400, "<p>cookie: </p>"),
        // A namespace is Vault's to refuse.
        (Call(.get, "/ui/files/a").with("X-Vault-Namespace", "team"), 200, "a"),
        (Call(.get, "/uis"), 404, "404 Not Found\n"), (Call(.get, "/"), 404, "404 Not Found\n"),
    ]

    @Test func `have their own prefix, limits, checks and refusals`() async throws {
        for (row, answer) in zip(Self.rows, try await served(Self.rows.map(\.call))) {
            #expect(answer.status == row.status && answer.text == row.text, "\(row.call.method) \(row.call.target): \(answer.text)")
            #expect(answer.status != 405 || answer.headers[.allow] == "GET, HEAD")
        }
    }

    @Test func `that are Vault's refuse in Vault's form beside the other`() async throws {
        let calls = ["/v1/pki/nothing", "/v1/nothing", "/v1/sys/health"].map { Call(.get, $0) } + [Call(.delete, "/v1/sys/health")]
        let answers = try await served(calls)
        #expect(answers.map(\.status) == [404, 404, 200, 405])
        let words = answers.map { $0.document["errors"]?.elements.first?.text ?? "" }
        #expect(words[0].contains("* unsupported path\n") && words[1].hasPrefix("no handler for route \"nothing\""))
        #expect(words[3].contains("* unsupported operation\n") && answers[3].headers[.allow] == "GET, HEAD")
    }

    @Test func `without authentication refuse everybody who would need it`() async throws {
        let token = try await Deployment().bench.makeToken()
        let answer = try await served([Call(.get, "/ui/mine").with("X-Vault-Token", token)])[0]
        // Nobody maps the refusal of a credential here: it is a fault of the front end, and the request gets nothing.
        #expect(answer.status == 500 && answer.text.hasPrefix("<p>internal_error: "))
    }

    @Test func `are not joined where two take one path`() async throws {
        let api = try await Deployment().api
        #expect(throws: RouteClash.self) { try Router(api.routes() + api.routes()) }
    }

    @Test(
        arguments: [
            ("X-Vault-Wrap-TTL", "60s", "field_not_served"), ("x-vault-wrap-ttl", "nonsense", "field_not_served"),
            ("X-Vault-Wrap-Format", "jwt", "field_not_served"), ("X-Vault-Wrap-TTL", "0", nil), ("X-Vault-Wrap-TTL", "", nil),
            ("X-Vault-Namespace", "team-a/", "unknown_namespace"), ("X-Vault-Namespace", "root/a", "unknown_namespace"),
            ("X-Vault-Namespace", "", nil), ("X-Vault-Namespace", "root/", nil), ("X-Vault-Namespace", " / ", nil),
        ] as [(String, String, String?)])
    func `that are Vault's refuse what asks for wrapping or a namespace`(name: String, value: String, code: String?) async throws {
        let answer = try await Deployment().transport().send(Call(.get, "/v1/sys/init").with(name, value))
        #expect(answer.code == code && (answer.status == 200) == (code == nil))
    }
}

@Suite struct `Another mount` {
    @Test func `is named in answers and refusals`() async throws {
        let deployment = try await Deployment(mount: "pki_iot")
        let transport = try deployment.transport()
        let mounts = try await transport.send(deployment.asked(.get, "/v1/sys/mounts")).document["data"]
        #expect(mounts?["pki_iot/"]?["type"] == .string("pki") && mounts?["pki/"] == nil)
        let rows: [(HTTPRequest.Method, String, String, String)] = [
            (.get, "/v1/sys/mounts/pki", "", "use pki_iot, the only mount"),
            (.get, "/v1/pki/ca/pem", "", "use the paths below pki_iot, sys and auth/token"),
            (.get, "/v1/pki_iot/nothing", "", "* unsupported path"),
            (.post, "/v1/pki_iot/issue/service", #"{"csr": "x"}"#, "send the CSR to pki_iot/sign/service"),
            (
                .post, "/v1/pki_iot/sign/service", #"{"csr": "\#(try escapedRequest("a.internal"))", "key_type": "ec"}"#,
                "use pki_iot/issue/service"
            ),
        ]
        for row in rows {
            let answer = try await transport.send(deployment.asked(row.0, row.1, row.2))
            let words = answer.document["errors"]?.elements.compactMap(\.text).joined() ?? ""
            #expect(answer.status >= 400 && words.contains(row.3), "\(row.1): \(answer.text)")
        }
    }
}
