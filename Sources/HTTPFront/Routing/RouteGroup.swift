package import HTTPTypes
package import HummingbirdCore

/// Endpoints below one prefix, and the rules that they share. A front end gives a few of them; `Router` joins those of all front ends.
package struct RouteGroup: Sendable {
    /// The elements that every path of the group begins with.
    let prefix: [String]
    let rules: RouteRules
    private(set) var routes: [Route] = []

    /// A group without endpoints yet.
    /// - Parameter prefix: literal elements, such as `v1/sys`; the empty prefix has every path that no longer one has.
    package init(_ prefix: String, _ rules: RouteRules = RouteRules()) {
        self.prefix = prefix.split(separator: "/").map(String.init)
        self.rules = rules
    }

    /// Adds an endpoint. In its path `{name}` stands for any one element, and `{name...}` at its end for the rest of a path: any number of
    /// elements, exactly as they were sent, so that a handler which opens files judges dots and percent signs itself.
    package mutating func on(
        _ path: String, method: HTTPRequest.Method, limit: RouteLimit = .sender, use handler: @escaping Route.Handler
    ) {
        routes.append(
            Route(path: "/" + (prefix + [path]).joined(separator: "/"), method: method, rules: rules, limit: limit, handler: handler))
    }

    /// Adds an endpoint that is read.
    package mutating func get(_ path: String, limit: RouteLimit = .sender, use handler: @escaping Route.Handler) {
        on(path, method: .get, limit: limit, use: handler)
    }
}

/// Rules that the endpoints of a group share.
package struct RouteRules: Sendable {
    /// Finds who sent a request; nil where no endpoint asks: one that asks all the same refuses everybody.
    package var authentication: Authentication?
    /// Bounds how often each sender may ask; nil where nobody is bounded.
    package var limiter: RequestLimiter?
    /// Octets of a request's body.
    package var bodyLimit = BodyLimit.standard
    /// Refuses requests for what the front end does not do, before their endpoints see them.
    package var screen: @Sendable (Request) throws(APIFailure) -> Void = { _ in }
    /// The front end's one switch from errors to refusals; nil for an error that is a fault of the server.
    package var refusal: @Sendable (any Error) -> APIFailure? = { _ in nil }
    /// Writes a refusal in the form that the front end's clients read, but for its header fields, which every answer gets; unless it says
    /// otherwise, as plain text that says the status.
    package var render: @Sendable (APIFailure, _ requestID: String) -> Response = { failure, _ in .plain(failure.status) }
    /// The refusal at a path below the prefix where nothing is served.
    package var unserved: @Sendable (_ path: String) -> APIFailure = { _ in .notFound }

    /// No authentication, no checks, refusals in plain text.
    package init() {}
}
