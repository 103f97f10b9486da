package import Authority
package import Ledger
package import Logging
import PKI
import Synchronization

/// The server's wall clock behind its guard: every reading is judged, and what changes is logged.
package final class GuardedClock: Sendable {
    /// A change that a reading brought and that is not logged yet.
    private enum News {
        case fault(ClockFault)
        case recovered
        case gap(ClockGuard.Gap)
    }

    private struct State {
        var judge: ClockGuard
        var reported: ClockFault?

        mutating func take(_ reading: ClockReading) -> (ClockGuard.Judgement, News?) {
            let (reported, gap) = (reported, judge.gap)
            let judgement = judge.judge(reading)
            self.reported = judgement.fault
            if let fault = judgement.fault { return (judgement, fault.code == reported?.code ? nil : .fault(fault)) }
            if reported != nil { return (judgement, .recovered) }
            return (judgement, judge.gap == gap ? nil : judge.gap.map { .gap($0) })
        }
    }

    private let state: Mutex<State>
    private let read: @Sendable () -> ClockReading
    private let logger: Logger

    /// Duration of the alarm of a gap without records, in milliseconds of uptime.
    private static let showing: Int64 = 3_600_000
    /// Time after such a gap in which no entry leaves a CRL, in milliseconds of uptime.
    private static let proving: Int64 = 86_400_000

    /// - Parameters:
    ///   - newestRecord: of ledger and published lists, in milliseconds since 1970; 0 when there is none, or none is to be believed.
    ///   - read: the machine's clocks.
    package init(newestRecord: Int64, read: @escaping @Sendable () -> ClockReading, logger: Logger) {
        state = Mutex(State(judge: ClockGuard(newestRecord: newestRecord)))
        self.read = read
        self.logger = logger
    }

    /// The clock that dates records: while the wall clock is not believed, the best time that is known.
    package var wallClock: WallClock {
        WallClock(milliseconds: { self.judgement().time }, fault: { self.judgement().fault })
    }

    /// The clock that dates CRLs: one that went back is shown as it is, so that no CRL is made by it; one that jumped forward is replaced by the uptime.
    package var listClock: WallClock {
        WallClock(
            milliseconds: {
                let reading = self.read()
                let judgement = self.judgement(of: reading)
                return if case .behind = judgement.fault { reading.wall } else { judgement.time }
            }, fault: { self.judgement().fault }, isProven: { self.isProven })
    }

    /// Believed now, and no long gap before it: a clock that was set ahead while the server was down is noticed within a day.
    private var isProven: Bool {
        let reading = read()
        guard judgement(of: reading).fault == nil else { return false }
        guard let gap = state.withLock({ $0.judge.gap }) else { return true }
        return reading.uptime - gap.to.uptime >= Self.proving
    }

    /// Alarms about the clock; empty when all is well.
    package var alarms: [Alarm] {
        let reading = read()
        if let fault = judgement(of: reading).fault { return [Alarm(fault.code, fault.alarm)] }
        guard let gap = state.withLock({ $0.judge.gap }), reading.uptime - gap.to.uptime < Self.showing else { return [] }
        return [Alarm("clock_gap", gap.alarm)]
    }

    private func judgement() -> ClockGuard.Judgement { judgement(of: read()) }

    private func judgement(of reading: ClockReading) -> ClockGuard.Judgement {
        let (judgement, news) = state.withLock { $0.take(reading) }
        switch news {
        case .fault(let fault): logger.critical("the clock is not believed", metadata: ["what": "\(fault.alarm)"])
        case .recovered: logger.notice("the clock is believed again")
        case .gap(let gap): logger.warning("a long time without records", metadata: ["what": "\(gap.alarm)"])
        case nil: break
        }
        return judgement
    }
}

extension ClockGuard.Gap {
    /// Text of the alarm in health and log.
    fileprivate var alarm: String {
        let (from, to) = (UnixTime(milliseconds: from).description, UnixTime(milliseconds: to.wall).description)
        let doubt = "if the server did not rest for so long, the clock is ahead: stop it and set it right"
        return "nothing was recorded between \(from) and \(to): \(doubt)"
    }
}
