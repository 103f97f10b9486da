package import HTTPTypes
package import HummingbirdCore

/// The endpoints of an API, looked up by path and method (decision 43).
///
/// A path is its elements: neither a slash at its end nor two in a row make another one.
package struct RouteTable: Sendable {
    /// What answers an endpoint's requests.
    package typealias Handler = @Sendable (Request, APIRequestContext) async throws -> Response

    /// What the table has for a request.
    enum Finding {
        case route(Route, parameters: [String: String])
        /// The path is served with these methods only, in the order of the routes.
        case otherMethods([HTTPRequest.Method])
        case nothing
    }

    /// What is said at a path where nothing is served.
    package var unserved: @Sendable (_ path: String) -> APIFailure = { _ in .notFound }

    /// By how many elements the paths have.
    private let routes: [Int: [Route]]

    /// A table of all routes of the groups. Of two that take a path with the same method the first one answers; two with one pattern are
    /// a mistake, for the second would never be asked.
    package init(_ groups: RouteGroup...) throws(RouteClash) {
        let all = groups.flatMap(\.routes)
        let clashes = Dictionary(grouping: all, by: \.signature).filter { $1.count > 1 }
        if let clash = clashes.keys.min() { throw RouteClash(signature: clash) }
        routes = Dictionary(grouping: all, by: \.pattern.count)
    }

    /// Every endpoint, in the order of paths.
    package var endpoints: [Endpoint] {
        routes.values.joined().map(\.endpoint).sorted { ($0.path, $0.method.rawValue) < ($1.path, $1.method.rawValue) }
    }

    /// The route for a request. What is served with GET is served with HEAD, too.
    func find(_ method: HTTPRequest.Method, path: String) -> Finding {
        let elements = path.utf8.split(separator: UInt8(ascii: "/"))
        let wanted = method == .head ? .get : method
        var methods: [HTTPRequest.Method] = []
        for route in routes[elements.count] ?? [] where route.takes(elements) {
            if route.method == wanted { return .route(route, parameters: route.parameters(of: elements)) }
            methods += (route.method == .get ? [.get, .head] : [route.method]).filter { !methods.contains($0) }
        }
        return methods.isEmpty ? .nothing : .otherMethods(methods)
    }
}

/// A method at a path, in which `{name}` stands for any one element.
package struct Endpoint: Hashable, Sendable {
    package let method: HTTPRequest.Method
    package let path: String
}

/// Two routes have one method and one pattern.
package struct RouteClash: Error, Equatable {
    /// The method and the pattern, such as `GET /v1/things/{}`.
    package let signature: String
}

/// Endpoints below one path.
package struct RouteGroup: Sendable {
    private let path: String
    private let refusal: @Sendable (any Error) -> APIFailure?
    private(set) var routes: [Route] = []

    /// A group without endpoints yet.
    /// - Parameter refusal: the answer to an error of a handler; nil for an error that is no refusal.
    package init(_ path: String, refusal: @escaping @Sendable (any Error) -> APIFailure? = { _ in nil }) {
        self.path = path
        self.refusal = refusal
    }

    /// Adds an endpoint; in its path `{name}` stands for any one element.
    package mutating func on(_ path: String, method: HTTPRequest.Method, use handler: @escaping RouteTable.Handler) {
        let route = Route(path: "/\(self.path)/\(path)", method: method) { [refusal] request, context in
            do { return try await handler(request, context) } catch { throw refusal(error) ?? error }
        }
        routes.append(route)
    }

    /// Adds an endpoint that is read.
    package mutating func get(_ path: String, use handler: @escaping RouteTable.Handler) { on(path, method: .get, use: handler) }
}

/// One endpoint.
struct Route: Sendable {
    enum Element: Sendable {
        case literal(String)
        case parameter(String)
    }

    /// As it was written, for logs: never the path itself, which may hold serial numbers and accessors.
    let path: String
    let pattern: [Element]
    let method: HTTPRequest.Method
    let handler: RouteTable.Handler

    init(path: String, method: HTTPRequest.Method, handler: @escaping RouteTable.Handler) {
        self.path = path
        pattern = path.split(separator: "/").map { element in
            element.hasPrefix("{") ? .parameter(String(element.dropFirst().dropLast())) : .literal(String(element))
        }
        self.method = method
        self.handler = handler
    }

    var endpoint: Endpoint { Endpoint(method: method, path: path) }

    /// What no other route may have: the method, and the pattern without its parameters' names.
    var signature: String {
        method.rawValue + " "
            + pattern.map { part in
                if case .literal(let text) = part { "/" + text } else { "/{}" }
            }.joined()
    }

    /// Whether elements, as many as the pattern has, are its own. From behind, for the first ones are the same in most paths.
    func takes(_ elements: [Substring.UTF8View]) -> Bool {
        zip(pattern.reversed(), elements.reversed()).allSatisfy { part, element in
            switch part {
            case .literal(let text): element.count == text.utf8.count && element.elementsEqual(text.utf8)
            case .parameter: true
            }
        }
    }

    /// What stands for the parameters, still percent-encoded.
    func parameters(of elements: [Substring.UTF8View]) -> [String: String] {
        var values: [String: String] = [:]
        for (part, element) in zip(pattern, elements) {
            if case .parameter(let name) = part { values[name] = String(Substring(element)) }
        }
        return values
    }
}
