package import HTTPTypes

/// The methods that each path is served with, for the answer to a request whose method is not among them.
package struct RouteTable: Sendable {
    /// What Hummingbird calls the endpoint of a request that no route took.
    static let unmatched = "NotFound"

    private struct Route: Sendable {
        let elements: [Substring]
        let method: HTTPRequest.Method
    }

    private let routes: [Route]

    /// Takes paths as Hummingbird writes them: `{name}` or `:name` for one element, `**` for the rest.
    package init(_ routes: [(path: String, method: HTTPRequest.Method)]) {
        self.routes = routes.map { Route(elements: $0.path.split(separator: "/"), method: $0.method) }
    }

    /// In the order of the routes; empty for a path that no route has.
    package func methods(path: String) -> [HTTPRequest.Method] {
        let elements = path.split(separator: "/")
        var methods: [HTTPRequest.Method] = []
        for route in routes where Self.matches(elements, pattern: route.elements) && !methods.contains(route.method) {
            methods.append(route.method)
        }
        return methods
    }

    private static func matches(_ elements: [Substring], pattern: [Substring]) -> Bool {
        if pattern.last == "**" {
            let fixed = pattern.dropLast()
            return elements.count > fixed.count && zip(elements, fixed).allSatisfy(matchesElement)
        }
        return elements.count == pattern.count && zip(elements, pattern).allSatisfy(matchesElement)
    }

    private static func matchesElement(_ element: Substring, _ pattern: Substring) -> Bool {
        pattern.hasPrefix(":") || pattern.contains("{") || pattern.contains("*") || element == pattern
    }
}
