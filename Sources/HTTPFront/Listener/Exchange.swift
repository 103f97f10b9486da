import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// One request and its answer: gives the request its identity, asks the responder, and writes what it says.
struct Exchange<Responder: HTTPResponder>: Sendable where Responder.Context: InitializableFromSource<RequestSource> {
    let responder: Responder
    let environment: ListenerEnvironment
    let logger: Logger
    private let date = DateField()

    init(responder: Responder, environment: ListenerEnvironment, logger: Logger) {
        self.responder = responder
        self.environment = environment
        self.logger = logger
    }

    /// Concurrent as Hummingbird's writer is, which this one is handed over to.
    @concurrent func answer(
        _ request: Request, connection: ConnectionFacts, channel: any Channel, writer: consuming ResponseWriter
    ) async throws {
        defer { connection.answered() }
        let requestID = environment.makeRequestID()
        let context = Responder.Context(
            source: RequestSource(logger: logger, channel: channel, connection: connection, requestID: requestID))
        var response: Response
        do {
            response = try await responder.respond(to: request.withListMethod(), context: context)
        } catch let error as HTTPParserError {
            // The bytes were not HTTP: the connection answers 400 and closes.
            throw error
        } catch {
            logger.error("request failed", metadata: [LogKey.requestID: .string(requestID), LogKey.error: .string("\(error)")])
            response = Response(status: .internalServerError)
        }
        response.headers[.date] = date.text(at: environment.now())
        do {
            try await writer.write(response: response.head, body: response.body)
        } catch is HTTPParserError {
            // Passed on as it is, it would be answered a second time.
            throw AnswerCutShort()
        }
    }
}

/// The request turned out not to be HTTP while its answer was being written.
private struct AnswerCutShort: Error {}
