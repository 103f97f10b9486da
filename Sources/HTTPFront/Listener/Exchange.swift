import HTTPTypes
package import HummingbirdCore
package import Logging
import NIOCore
import NIOHTTP1
package import PKI
import Synchronization

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

/// Answers the requests of a listener.
package protocol Responder: Sendable {
    /// Throws only what ends the connection: octets that are not HTTP, or a peer that is gone.
    func respond(to request: Request, from source: RequestSource) async throws -> Response
}

/// Where a request comes from: its connection and what the listener adds to each request.
package struct RequestSource: Sendable {
    /// Without the request identifier: a logger of its own for each request costs more than the few that write a line.
    package let logger: Logger
    package let connection: ConnectionFacts
    /// A lower-case UUID, in the answer and in the log.
    package let requestID: String

    /// Gathers the parts.
    package init(logger: Logger, connection: ConnectionFacts, requestID: String) {
        self.logger = logger
        self.connection = connection
        self.requestID = requestID
    }
}

/// What a listener would otherwise take from the world by itself.
package struct ListenerEnvironment: Sendable {
    /// For the `Date` header field.
    package let now: @Sendable () -> UnixTime
    /// A fresh lower-case UUID for every request.
    package let makeRequestID: @Sendable () -> String
    /// Asks the ledger about a client certificate, in DER.
    package var judge: @Sendable ([UInt8]) async -> CertificateStanding = { _ in .unknown }

    /// Gathers the parts; without a ledger no certificate proves anything.
    package init(now: @escaping @Sendable () -> UnixTime, makeRequestID: @escaping @Sendable () -> String) {
        self.now = now
        self.makeRequestID = makeRequestID
    }

    /// The same with a ledger to ask about certificates.
    package func judging(_ judge: @escaping @Sendable ([UInt8]) async -> CertificateStanding) -> ListenerEnvironment {
        var environment = self
        environment.judge = judge
        return environment
    }
}

/// Lets one line a minute into the log, of what strangers can cause as often as they like; the others are counted.
final class SparseNotice: Sendable {
    private struct State {
        var minute = Int64.min
        var suppressed = 0
    }

    private let state = Mutex(State())

    /// How many were left out since the last line, when it is time for another one; else nil.
    func next(at now: UnixTime) -> Int? {
        state.withLock { state in
            guard state.minute != now.seconds / 60 else {
                state.suppressed += 1
                return nil
            }
            defer { state = State(minute: now.seconds / 60) }
            return state.suppressed
        }
    }
}
