import HTTPTypes

/// The endpoints of all front ends, looked up by path and method (decisions 43 and 87).
///
/// A path is its elements, compared octet by octet: neither a slash at its end nor two in a row make another one.
struct RouteTable: Sendable {
    /// What the table has for a request.
    enum Finding {
        case route(Route, parameters: [String: String])
        /// The path is served with other methods only: by these.
        case otherMethods([Route])
        case nothing
    }

    /// Those that take whole paths, by the number of elements.
    private let whole: [Int: [Route]]
    /// Those that take the beginning of a path, the longest first.
    private let prefixes: [Route]

    /// Of two routes that take a path with the same method the first one answers, and one that takes the whole path before one that takes its
    /// beginning; two with one pattern are a mistake, for the second would never be asked.
    init(_ routes: [Route]) throws(RouteClash) {
        let clashes = Dictionary(grouping: routes, by: \.signature).filter { $1.count > 1 }
        if let clash = clashes.keys.min() { throw RouteClash(signature: clash) }
        whole = Dictionary(grouping: routes.filter { !$0.hasRest }, by: \.length)
        prefixes = routes.filter(\.hasRest).sorted { $0.length > $1.length }
    }

    /// The route for a request.
    func find(_ method: HTTPRequest.Method, path: String) -> Finding {
        let elements = path.utf8.split(separator: UInt8(ascii: "/"))
        let wanted = method == .head ? .get : method
        var others: [Route] = []
        func first(of routes: [Route]) -> Route? {
            for route in routes where route.length <= elements.count && route.takes(elements) {
                if route.method == wanted { return route }
                others.append(route)
            }
            return nil
        }
        if let route = first(of: whole[elements.count] ?? []) ?? first(of: prefixes) {
            return .route(route, parameters: route.parameters(of: elements, in: path))
        }
        return others.isEmpty ? .nothing : .otherMethods(others)
    }
}

/// Two routes have one method and one pattern.
package struct RouteClash: Error, Equatable {
    /// The method and the pattern, such as `GET /v1/things/{}`.
    package let signature: String
}
