import HTTPTypes
import HummingbirdCore
import Testing

@testable import HTTPFront

@Suite struct `The route table` {
    private let table: RouteTable

    init() throws {
        var things = RouteGroup("v1/things")
        things.get("{name}", use: answer)
        things.get("{name}/parts/{part}", use: answer)
        things.on("{name}", method: .put, use: answer)
        things.on("new", method: .post, use: answer)
        things.get("new/parts", use: answer)
        var system = RouteGroup("v1/sys")
        system.get("init", use: answer)
        var files = RouteGroup("ui")
        files.get("{file...}", use: answer)
        files.get("assets/{kind}/{file...}", use: answer)
        files.on("login", method: .post, use: answer)
        table = try RouteTable([things, system, files].flatMap(\.routes))
    }

    @Test(
        arguments: [
            ("/v1/sys/init", "/v1/sys/init", [:]), ("/v1/sys/init/", "/v1/sys/init", [:]), ("//v1//sys/init", "/v1/sys/init", [:]),
            ("/v1/things/a", "/v1/things/{name}", ["name": "a"]), ("/v1/things/a%2Fb", "/v1/things/{name}", ["name": "a%2Fb"]),
            ("/v1/things/a/parts/b", "/v1/things/{name}/parts/{part}", ["name": "a", "part": "b"]),
            ("/v1/things/new", "/v1/things/{name}", ["name": "new"]), ("/v1/things/new/parts", "/v1/things/new/parts", [:]),
        ] as [(String, String, [String: String])]) func `finds a path by its elements`(
            path: String, route: String, parameters: [String: String]
        )
    {
        for method in [HTTPRequest.Method.get, .head] { expect(method, path, isTakenBy: route, parameters) }
    }

    @Test(
        arguments: [
            ("/ui", "/ui/{file...}", ["file": ""]), ("/ui/", "/ui/{file...}", ["file": ""]),
            ("/ui/a.js", "/ui/{file...}", ["file": "a.js"]),
            ("/ui/a//..%2Fb/", "/ui/{file...}", ["file": "a//..%2Fb/"]), ("//ui//a/b", "/ui/{file...}", ["file": "a/b"]),
            ("/ui/login", "/ui/{file...}", ["file": "login"]), ("/ui/assets", "/ui/{file...}", ["file": "assets"]),
            ("/ui/assets/css", "/ui/assets/{kind}/{file...}", ["kind": "css", "file": ""]),
            ("/ui/assets/css/a/b.css", "/ui/assets/{kind}/{file...}", ["kind": "css", "file": "a/b.css"]),
        ] as [(String, String, [String: String])]) func `gives the rest of a path to its longest prefix, as it was sent`(
            path: String, route: String, parameters: [String: String]
        )
    {
        expect(.get, path, isTakenBy: route, parameters)
    }

    private func expect(_ method: HTTPRequest.Method, _ path: String, isTakenBy route: String, _ parameters: [String: String]) {
        guard case .route(let found, let values) = table.find(method, path: path) else {
            Issue.record("\(path) has no route")
            return
        }
        #expect(found.path == route && found.method == .get)
        #expect(values == parameters)
    }

    @Test(arguments: [
        "/", "", "/v1", "/v1/sys", "/v1/sys/INIT", "/v1/sys/init/x", "/v1/sys/ini", "/v1/sys/init2", "/v1/sys/%69nit", "/v2/sys/init",
        "/v1/things", "/uis/a", "/v1/ui/a",
    ]) func `has nothing at other paths`(path: String) {
        guard case .nothing = table.find(.get, path: path) else {
            Issue.record("\(path) was found")
            return
        }
    }

    @Test(
        arguments: [
            ("/v1/sys/init", "GET, HEAD"), ("/v1/things/a", "GET, HEAD, PUT"), ("/v1/things/new", "GET, HEAD, POST, PUT"),
            ("/ui/a/b", "GET, HEAD"), ("/ui/login", "GET, HEAD, POST"),
        ]) func `knows the other methods of a path`(path: String, methods: String)
    {
        guard case .otherMethods(let found) = table.find(.delete, path: path) else {
            Issue.record("\(path) was not refused by its method")
            return
        }
        #expect(APIFailure.methodNotAllowed(.delete, allowed: found.flatMap(\.methods)).headers[.allow] == methods)
    }

    @Test func `is refused when two routes have one method and one pattern`() {
        var (one, other) = (RouteGroup("v1"), RouteGroup("v1/things"))
        one.get("things/{name}", use: answer)
        other.on("{name}", method: .put, use: answer)
        other.get("{name...}", use: answer)
        #expect(throws: Never.self) { try RouteTable(one.routes + other.routes) }
        other.get("{id}", use: answer)
        #expect(throws: RouteClash(signature: "GET /v1/things/{}")) { try RouteTable(one.routes + other.routes) }
        var third = RouteGroup("")
        third.get("v1/things/{rest...}", use: answer)
        #expect(throws: RouteClash(signature: "GET /v1/things/{...}")) { try Router([third, other]) }
    }

    @Test func `looks on when a path is taken with another method`() {
        guard case .route(let found, let parameters) = table.find(.post, path: "/v1/things/new") else {
            Issue.record("POST has no route")
            return
        }
        #expect(found.path == "/v1/things/new")
        #expect(parameters.isEmpty)
    }
}

@Sendable private func answer(_: Request, _: APIRequestContext) -> Response { Response(status: .ok) }
