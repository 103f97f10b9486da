import HTTPTypes
import HummingbirdCore
import Testing

@testable import HTTPFront

@Suite struct `The route table` {
    private let table: RouteTable

    init() throws {
        @Sendable func answer(_: Request, _: APIRequestContext) -> Response { Response(status: .ok) }
        var things = RouteGroup("v1/things")
        things.get("{name}", use: answer)
        things.get("{name}/parts/{part}", use: answer)
        things.on("{name}", method: .put, use: answer)
        things.on("new", method: .post, use: answer)
        var system = RouteGroup("v1/sys")
        system.get("init", use: answer)
        table = try RouteTable(things, system)
    }

    @Test(
        arguments: [
            ("/v1/sys/init", "/v1/sys/init", [:]), ("/v1/sys/init/", "/v1/sys/init", [:]), ("//v1//sys/init", "/v1/sys/init", [:]),
            ("/v1/things/a", "/v1/things/{name}", ["name": "a"]), ("/v1/things/a%2Fb", "/v1/things/{name}", ["name": "a%2Fb"]),
            ("/v1/things/a/parts/b", "/v1/things/{name}/parts/{part}", ["name": "a", "part": "b"]),
        ] as [(String, String, [String: String])]) func `finds a path by its elements`(
            path: String, route: String, parameters: [String: String]
        )
    {
        for method in [HTTPRequest.Method.get, .head] {
            guard case .route(let found, let values) = table.find(method, path: path) else {
                Issue.record("\(path) has no route")
                return
            }
            #expect(found.path == route)
            #expect(found.method == .get)
            #expect(values == parameters)
        }
    }

    @Test(arguments: [
        "/", "", "/v1", "/v1/sys", "/v1/sys/INIT", "/v1/sys/init/x", "/v1/sys/ini", "/v1/sys/init2", "/v1/sys/%69nit", "/v2/sys/init",
        "/v1/things",
    ]) func `has nothing at other paths`(path: String) {
        guard case .nothing = table.find(.get, path: path) else {
            Issue.record("\(path) was found")
            return
        }
    }

    @Test(
        arguments: [
            ("/v1/sys/init", [.get, .head]), ("/v1/things/a", [.get, .head, .put]), ("/v1/things/new", [.get, .head, .put, .post]),
        ] as [(String, [HTTPRequest.Method])]) func `knows the other methods of a path`(path: String, methods: [HTTPRequest.Method])
    {
        guard case .otherMethods(let found) = table.find(.delete, path: path) else {
            Issue.record("\(path) was not refused by its method")
            return
        }
        #expect(found == methods)
    }

    @Test func `is refused when two routes have one method and one pattern`() {
        @Sendable func answer(_: Request, _: APIRequestContext) -> Response { Response(status: .ok) }
        var (one, other) = (RouteGroup("v1"), RouteGroup("v1/things"))
        one.get("things/{name}", use: answer)
        other.on("{name}", method: .put, use: answer)
        #expect(throws: Never.self) { try RouteTable(one, other) }
        other.get("{id}", use: answer)
        #expect(throws: RouteClash(signature: "GET /v1/things/{}")) { try RouteTable(one, other) }
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
