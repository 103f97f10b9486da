package import Authority
package import Logging
import Publication
import ServiceLifecycle

/// Periodic work: writes the counts of attempts, deletes expired idempotency keys, probes the ledger, logs alarms.
package struct Housekeeping: Service {
    private let authority: Authority
    private let clock: any Clock<Duration>
    private let logger: Logger
    private let alarms: @Sendable () async -> [Alarm]

    package init(authority: Authority, clock: any Clock<Duration>, logger: Logger, alarms: @escaping @Sendable () async -> [Alarm]) {
        (self.authority, self.clock, self.logger, self.alarms) = (authority, clock, logger, alarms)
    }

    package func run() async throws {
        var minute = 0
        repeat {
            if minute % 60 == 0 {
                for alarm in await alarms() { logger.critical("alarm", metadata: ["code": "\(alarm.code)", "what": "\(alarm.text)"]) }
            }
            await authority.flushAttempts(everything: false)
            await authority.forgetIdempotencyKeys()
            await authority.probeLedger()
            minute += 1
        } while await sleepUnlessShuttingDown(.seconds(60), clock)
        await authority.flushAttempts(everything: true)
    }
}
