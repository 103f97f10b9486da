import HTTPTypes
package import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOSSL

/// Answers the requests of all front ends: by the route that takes them, or with a refusal in the words of the group that the path belongs
/// to; and logs one line for each.
package struct Router: Responder {
    private let table: RouteTable
    /// The longest prefix first.
    private let groups: [RouteGroup]
    /// Every endpoint, in the order of paths.
    package let endpoints: [Endpoint]

    /// Joins the groups of all front ends.
    package init(_ groups: [RouteGroup]) throws(RouteClash) {
        let routes = groups.flatMap(\.routes)
        table = try RouteTable(routes)
        self.groups = groups.sorted { $0.prefix.count > $1.prefix.count }
        endpoints = routes.map(\.endpoint).sorted { ($0.path, $0.method.rawValue) < ($1.path, $1.method.rawValue) }
    }

    package func respond(to request: Request, from source: RequestSource) async throws -> Response {
        let start = ContinuousClock.now
        let finding = table.find(request.method, path: request.uri.path)
        let context = APIRequestContext(source, finding)
        do {
            let response = try await answer(request, finding: finding, context: context)
            RequestLog.record(request, context: context, status: response.status.code, since: start)
            return response
        } catch {
            RequestLog.record(
                request, context: context, status: error.isOfOctets ? 400 : context.statusOfUnanswered, since: start)
            throw error
        }
    }

    private func answer(_ request: Request, finding: RouteTable.Finding, context: APIRequestContext) async throws -> Response {
        let rules = rules(for: finding, path: request.uri.path)
        do {
            try UnservedFields.refuse(request)
            try rules.screen(request)
            switch finding {
            case .route(let route, _):
                try await context.admitAddress(request)
                var response = try await route.handler(request, context)
                context.describeLimit(in: &response)
                return response
            case .otherMethods(let routes): throw APIFailure.methodNotAllowed(request.method, allowed: routes.flatMap(\.methods))
            case .nothing: throw rules.unserved(request.uri.path)
            }
        } catch let error where error.endsConnection {
            throw error
        } catch {
            let failure = error as? APIFailure ?? rules.refusal(error) ?? unexpected(error, context)
            var response = rules.render(failure, context.requestID)
            for field in failure.headers { response.headers.append(field) }
            context.describeLimit(in: &response)
            return response
        }
    }

    private func unexpected(_ error: any Error, _ context: APIRequestContext) -> APIFailure {
        context.logger.error(
            "unexpected error", metadata: [LogKey.requestID: .string(context.requestID), LogKey.error: .string("\(error)")])
        return .unexpected(requestID: context.requestID)
    }

    /// Those of the route; where there is none, of the group with the longest prefix of the path.
    private func rules(for finding: RouteTable.Finding, path: String) -> RouteRules {
        switch finding {
        case .route(let route, _): return route.rules
        case .otherMethods(let routes): return routes.first?.rules ?? RouteRules()
        case .nothing:
            let elements = path.split(separator: "/")
            return groups.first { elements.starts(with: $0.prefix, by: ==) }?.rules ?? RouteRules()
        }
    }
}

extension Error {
    /// The peer's bytes or the connection itself are broken, so no answer can be given.
    var endsConnection: Bool { isOfOctets || isOfConnection }

    /// The peer's octets are not HTTP.
    var isOfOctets: Bool { if let error = self as? HTTPParserError { error != .invalidEOFState } else { false } }

    /// The connection is gone: a parser that is left in the middle of a request says so, too, and so does TLS without a goodbye.
    private var isOfConnection: Bool {
        self is ChannelError || self is IOError || self is NIOSSLError || self is BoringSSLError
            || (self as? HTTPParserError) == .invalidEOFState
    }
}
