import Access
import HTTPTypes
import HummingbirdCore
import Logging

/// What a route handler of the API knows beside the request itself.
package struct APIRequestContext: Sendable {
    private let source: RequestSource
    /// The parts of the path that the route leaves open, by their names, still percent-encoded.
    package let parameters: [String: String]
    /// nil for a request that no route takes.
    let route: Route?
    /// The policies that the request is limited by; nil where nothing is.
    let limits: LimitRules?

    init(_ source: RequestSource, _ finding: RouteTable.Finding) {
        self.source = source
        if case .route(let found, let values) = finding { (route, parameters) = (found, values) } else { (route, parameters) = (nil, [:]) }
        limits = route?.rules.limiter.flatMap { limiter in
            let rules = source.connection.beginRequest(limitedBy: limiter)
            return rules.policies.limits == nil ? nil : rules
        }
    }

    /// That of the route's group.
    var authentication: Authentication? { route?.rules.authentication }

    /// That of the route's group.
    var limiter: RequestLimiter? { route?.rules.limiter }

    /// The path as it is routed, without its first slash and the version.
    var routePath: String { String((route?.path ?? "").trimmingPrefix("/v1/")) }

    /// True once in a request: however often its sender is looked up, it is one request.
    var isFirstCharge: Bool { source.connection.isFirstCharge }

    /// Keeps what the request found in its bucket, for the answer.
    func note(_ admission: Admission) { source.connection.note(admission) }

    /// Adds the header fields of the limit that the request was under.
    func describeLimit(in response: inout Response) {
        if limits != nil { source.connection.admission?.describe(in: &response) }
    }

    /// Octets of the body that the route's group takes.
    var bodyLimit: Int { route?.rules.bodyLimit ?? BodyLimit.standard }

    /// Without the request identifier.
    var logger: Logger { source.logger }

    /// A lower-case UUID, in every answer and log line of the request.
    package var requestID: String { source.requestID }

    /// The peer's IP address as text; empty when the system does not tell.
    package var remoteAddress: String { source.connection.remoteAddress }

    /// Notes what the request proved, which decides how long its connection may stay when there are too many; nil: nothing.
    package func showed(_ credential: ProvenCredential?) { source.connection.showed(credential) }

    /// Takes the octets that the body being read has by now from what all bodies may have; false when there are not as many left.
    func holdBody(octets: Int) -> Bool { source.connection.hold(octets: octets) }

    /// The body is no longer kept.
    func releaseBody() { source.connection.releaseBody() }

    /// The status in the log when the connection ends before it can be answered.
    var statusOfUnanswered: Int { source.connection.statusOfUnanswered }

    /// DER of the client certificate, of which the handshake has checked that the client has its key, and nothing else.
    package var peerCertificateDER: [UInt8]? { source.connection.peerCertificateDER }
}

/// The keys of the HTTP side's log lines.
package enum LogKey {
    package static let requestID = "request_id"
    package static let method = "method"
    /// The route's pattern, never the path, which may hold serial numbers and accessors.
    package static let route = "route"
    package static let status = "status"
    package static let milliseconds = "ms"
    package static let address = "address"
    package static let error = "error"
    /// The stable code of a refusal.
    package static let code = "code"
    /// The class of limits.yaml.
    package static let limitClass = "class"
    /// How many like it were left out of the log.
    package static let others = "others"
}

/// One line for each request, never header fields, bodies or the path itself: at `info` for what was refused or failed, at `debug` for what
/// was served, for the audit log has that already and a line costs 20 µs.
enum RequestLog {
    private static let unmatched = "NotFound"

    static func record(_ request: Request, context: APIRequestContext, status: Int, since start: ContinuousClock.Instant) {
        let level: Logger.Level = status < 400 ? .debug : .info
        guard context.logger.logLevel <= level else { return }
        let elapsed = start.duration(to: .now) / .milliseconds(1)
        let tenths = (elapsed * 10).rounded() / 10
        context.logger.log(
            level: level, "request",
            metadata: [
                LogKey.requestID: .string(context.requestID),
                LogKey.method: .string(request.method.rawValue),
                LogKey.route: .string(context.route?.path ?? unmatched),
                LogKey.status: .stringConvertible(status),
                LogKey.milliseconds: .stringConvertible(tenths),
                LogKey.address: .string(context.remoteAddress),
            ])
    }
}
