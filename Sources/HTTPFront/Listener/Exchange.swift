import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// One request and its answer: gives the request its identity, asks the responder, and writes what it says.
struct Exchange: Sendable {
    let responder: any Responder
    let environment: ListenerEnvironment
    let logger: Logger
    private let date = DateField()
    private let refusedCertificates = SparseNotice()

    init(responder: any Responder, environment: ListenerEnvironment, logger: Logger) {
        self.responder = responder
        self.environment = environment
        self.logger = logger
    }

    /// Concurrent as Hummingbird's writer is, which this one is handed over to.
    @concurrent func answer(
        _ request: Request, connection: ConnectionFacts, writer: consuming ResponseWriter
    ) async throws {
        defer { connection.answered() }
        let requestID = environment.makeRequestID()
        let source = RequestSource(logger: logger, connection: connection, requestID: requestID)
        await judgeCertificate(of: connection)
        var response: Response
        do {
            response = try await responder.respond(to: request.withListMethod(), from: source)
        } catch let error as HTTPParserError {
            // The bytes were not HTTP: the connection answers 400 and closes.
            throw error
        } catch {
            logger.error("request failed", metadata: [LogKey.requestID: .string(requestID), LogKey.error: .string("\(error)")])
            response = Response(status: .internalServerError)
        }
        // Whatever is said, HEAD gets no content: a client would take it for the start of the next answer (RFC 9112 §6.3).
        if request.method == .head { response = response.createHeadResponse() }
        response.headers[.date] = date.text(at: environment.now())
        // What is still to come of the request is thrown away, and the connection with it.
        if connection.isReceiving { response.headers[.connection] = "close" }
        do {
            try await writer.write(response: response.head, body: response.body)
        } catch is HTTPParserError {
            // Passed on as it is, it would be answered a second time.
            throw AnswerCutShort()
        }
    }

    /// Whether the client certificate lets its connection stay longer than others. One that proves nothing stops nobody: a token beside it counts.
    private func judgeCertificate(of connection: ConnectionFacts) async {
        guard let der = connection.certificateToJudge(at: .now()) else { return }
        switch await environment.judge(der) {
        case .good: connection.showed(.certificate(der: der))
        case .unknown: connection.showed(nil)
        case .refused(let code):
            connection.showed(nil)
            guard let others = refusedCertificates.next(at: environment.now()) else { return }
            logger.notice(
                "a client certificate proves nothing",
                metadata: [
                    LogKey.code: .string(code), LogKey.address: .string(connection.remoteAddress),
                    LogKey.others: .stringConvertible(others),
                ])
        }
    }
}

/// The request turned out not to be HTTP while its answer was being written.
private struct AnswerCutShort: Error {}
