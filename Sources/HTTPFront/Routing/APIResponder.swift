import HTTPTypes
package import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// Answers every request of the API: by its route, or with the error body that says why not; and logs one line for each.
package struct APIResponder: Responder {
    private let routes: RouteTable

    /// Answers by this table.
    package init(_ routes: RouteTable) { self.routes = routes }

    package func respond(to request: Request, from source: RequestSource) async throws -> Response {
        let start = ContinuousClock.now
        let finding = routes.find(request.method, path: request.uri.path)
        let context = finding.context(source)
        do {
            let response = try await answer(request, finding: finding, context: context)
            RequestLog.record(request, context: context, status: response.status.code, since: start)
            return response
        } catch {
            RequestLog.record(request, context: context, status: error is HTTPParserError ? 400 : 499, since: start)
            throw error
        }
    }

    private func answer(_ request: Request, finding: RouteTable.Finding, context: APIRequestContext) async throws -> Response {
        do {
            return try await respond(to: request, finding: finding, context: context)
        } catch let failure as APIFailure {
            return failure.response(requestID: context.requestID)
        } catch let error where error.endsConnection {
            throw error
        } catch {
            context.logger.error(
                "unexpected error", metadata: [LogKey.requestID: .string(context.requestID), LogKey.error: .string("\(error)")])
            return APIFailure.unexpected(requestID: context.requestID).response(requestID: context.requestID)
        }
    }

    private func respond(to request: Request, finding: RouteTable.Finding, context: APIRequestContext) async throws -> Response {
        try UnservedFields.refuse(request)
        return switch finding {
        case .route(let route, _): try await route.handler(request, context)
        case .otherMethods(let methods): throw APIFailure.methodNotAllowed(request.method, allowed: methods)
        case .nothing: throw routes.unserved(request.uri.path)
        }
    }
}

extension RouteTable.Finding {
    fileprivate func context(_ source: RequestSource) -> APIRequestContext {
        guard case .route(let route, let parameters) = self else { return APIRequestContext(source) }
        return APIRequestContext(source, route: route.path, parameters: parameters)
    }
}

extension Error {
    /// The peer's bytes or the connection itself are broken, so no answer can be given.
    fileprivate var endsConnection: Bool { self is HTTPParserError || self is ChannelError || self is IOError }
}
