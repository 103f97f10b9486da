import HTTPTypes
import Hummingbird
import NIOCore

/// Turns the errors that Hummingbird would answer itself into ours, so that every refusal has one shape.
struct FailureMiddleware: RouterMiddleware {
    typealias Context = APIRequestContext

    @concurrent func handle(
        _ request: Request, context: APIRequestContext, next: @concurrent (Request, APIRequestContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPError {
            throw APIFailure(error)
        } catch is NIOTooManyBytesError {
            throw APIFailure.contentTooLarge(limit: context.maxUploadSize)
        } catch let error as any HTTPResponseError {
            throw APIFailure(HTTPError(error.status))
        }
    }
}

extension APIFailure {
    /// A code made from the reason phrase, and Hummingbird's message if it has one.
    fileprivate init(_ error: HTTPError) {
        guard error.status != .notFound else {
            self = .notFound
            return
        }
        let code = error.status.reasonPhrase.lowercased().split(separator: " ").joined(separator: "_")
        self.init(error.status, code: code, errors: [error.body ?? error.status.reasonPhrase], headers: error.headers)
    }
}
