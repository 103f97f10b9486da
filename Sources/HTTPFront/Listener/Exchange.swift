import Foundation
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
        } catch let error where error.endsConnection {
            // Octets that are not HTTP are answered with 400 on the way out; where the connection is gone nobody is told.
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

/// The `Date` header field (RFC 9110 §6.6.1), formatted once a second.
final class DateField: Sendable {
    private struct Formatted {
        var second: UnixTime = .min
        var text = ""
    }

    private let calendar: Calendar
    private let formatted = Mutex(Formatted())

    init() {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        self.calendar = calendar
    }

    func text(at second: UnixTime) -> String {
        formatted.withLock { formatted in
            if formatted.second != second { formatted = Formatted(second: second, text: format(second)) }
            return formatted.text
        }
    }

    /// An IMF-fixdate (RFC 9110 §5.6.7), such as `Sun, 06 Nov 1994 08:49:37 GMT`.
    private func format(_ second: UnixTime) -> String {
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let units: Set<Calendar.Component> = [.weekday, .day, .month, .year, .hour, .minute, .second]
        let parts = calendar.dateComponents(units, from: Date(timeIntervalSince1970: Double(second.seconds)))
        let weekday = days[((parts.weekday ?? 1) - 1) % 7]
        let month = months[((parts.month ?? 1) - 1) % 12]
        let time = [parts.hour, parts.minute, parts.second].map { twoDigits($0) }.joined(separator: ":")
        return "\(weekday), \(twoDigits(parts.day)) \(month) \(parts.year ?? 1970) \(time) GMT"
    }

    private func twoDigits(_ value: Int?) -> String {
        let text = String(value ?? 0)
        return text.count < 2 ? "0" + text : text
    }
}
