package import HTTPTypes
package import HummingbirdCore

/// One endpoint.
package final class Route: Sendable {
    /// Answers an endpoint's requests.
    package typealias Handler = @Sendable (Request, APIRequestContext) async throws -> Response

    private enum Element {
        case literal(String)
        case parameter(String)
    }

    /// As it was written, for logs: never the path itself, which may hold serial numbers and accessors.
    let path: String
    let method: HTTPRequest.Method
    let rules: RouteRules
    let limit: RouteLimit
    let handler: Handler
    private let pattern: [Element]
    /// The name for the rest of a path; nil when a path ends with the pattern.
    private let rest: String?

    init(path: String, method: HTTPRequest.Method, rules: RouteRules, limit: RouteLimit, handler: @escaping Handler) {
        (self.path, self.method, self.rules, self.limit, self.handler) = (path, method, rules, limit, handler)
        let elements = path.split(separator: "/")
        rest = elements.last.flatMap { $0.hasSuffix("...}") ? String($0.dropFirst().dropLast(4)) : nil }
        pattern = elements.dropLast(rest == nil ? 0 : 1).map { element in
            element.hasPrefix("{") ? .parameter(String(element.dropFirst().dropLast())) : .literal(String(element))
        }
    }

    /// The number of elements that the pattern has before the rest.
    var length: Int { pattern.count }
    var hasRest: Bool { rest != nil }

    /// The methods that reach it: what is served with GET is served with HEAD, too.
    var methods: [HTTPRequest.Method] { method == .get ? [.get, .head] : [method] }

    var endpoint: Endpoint { Endpoint(method: method, path: path) }

    /// What no other route may have: the method, and the pattern without its parameters' names.
    var signature: String {
        let elements = pattern.map { if case .literal(let text) = $0 { text } else { "{}" } } + (hasRest ? ["{...}"] : [])
        return method.rawValue + " /" + elements.joined(separator: "/")
    }

    /// Whether a path of at least `length` elements begins as the pattern does. From behind, for the first elements are the same in most paths.
    func takes(_ elements: [Substring.UTF8View]) -> Bool {
        pattern.indices.reversed().allSatisfy { index in
            guard case .literal(let text) = pattern[index] else { return true }
            return elements[index].count == text.utf8.count && elements[index].elementsEqual(text.utf8)
        }
    }

    /// The parts of a path that stand for the parameters and the rest, still percent-encoded.
    func parameters(of elements: [Substring.UTF8View], in path: String) -> [String: String] {
        var values: [String: String] = [:]
        for (part, element) in zip(pattern, elements) {
            if case .parameter(let name) = part { values[name] = String(Substring(element)) }
        }
        if let rest { values[rest] = elements.count > length ? String(path[elements[length].startIndex...]) : "" }
        return values
    }
}

/// A method at a path, in which `{name}` stands for any one element and `{name...}` for the rest.
package struct Endpoint: Hashable, Sendable {
    package let method: HTTPRequest.Method
    package let path: String
}
