import HTTPTypes
package import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// A router whose GET routes answer HEAD too, and whose errors all reach `APIResponder`.
package func makeAPIRouter() -> Router<APIRequestContext> {
    let router = Router(context: APIRequestContext.self, options: .autoGenerateHeadEndpoints)
    router.add(middleware: FailureMiddleware())
    return router
}

/// Answers every request of the API: by its route, or with the error body that says why not; and logs one line for each.
package struct APIResponder: HTTPResponder {
    package typealias Context = APIRequestContext

    private let routes: RouterResponder<APIRequestContext>
    private let table: RouteTable

    /// Routes added to the router afterwards are not served.
    package init(router: Router<APIRequestContext>) {
        routes = router.buildResponder()
        table = RouteTable(router.routes.map { ($0.path.description, $0.method) })
    }

    /// Throws only what ends the connection: bytes that are not HTTP, or a peer that is gone.
    package func respond(to request: Request, context: APIRequestContext) async throws -> Response {
        let start = ContinuousClock.now
        do {
            let response = try await answer(request, context: context)
            RequestLog.record(request, context: context, status: response.status.code, since: start)
            return response
        } catch {
            RequestLog.record(request, context: context, status: error is HTTPParserError ? 400 : 499, since: start)
            throw error
        }
    }

    private func answer(_ request: Request, context: APIRequestContext) async throws -> Response {
        do {
            return try await routes.respond(to: request, context: context)
        } catch let failure as APIFailure {
            return refine(failure, request: request, context: context).response(requestID: context.requestID)
        } catch let error where error.endsConnection {
            throw error
        } catch {
            context.logger.error(
                "unexpected error", metadata: [LogKey.requestID: .string(context.requestID), LogKey.error: .string("\(error)")])
            return APIFailure.unexpected(requestID: context.requestID).response(requestID: context.requestID)
        }
    }

    /// The router does not tell an unknown path from a known one with another method.
    private func refine(_ failure: APIFailure, request: Request, context: APIRequestContext) -> APIFailure {
        guard failure.status == .notFound, context.endpointPath == RouteTable.unmatched else { return failure }
        let allowed = table.methods(path: request.uri.path)
        return allowed.isEmpty ? failure : .methodNotAllowed(request.method, allowed: allowed)
    }
}

extension Error {
    /// The peer's bytes or the connection itself are broken, so no answer can be given.
    fileprivate var endsConnection: Bool { self is HTTPParserError || self is ChannelError || self is IOError }
}
