import HTTPTypes
import HummingbirdCore
import Logging

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
