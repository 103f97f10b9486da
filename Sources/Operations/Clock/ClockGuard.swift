package import Ledger
import PKI

/// Two clocks, read at one moment, in milliseconds.
package struct ClockReading: Sendable, Equatable {
    /// Since 1970; can be set by people and programs.
    package var wall: Int64
    /// Since the machine started, sleep included (CLOCK_BOOTTIME); cannot be set.
    package var uptime: Int64

    package init(wall: Int64, uptime: Int64) {
        self.wall = wall
        self.uptime = uptime
    }
}

/// Judges the wall clock by what was recorded, and by the machine's uptime.
///
/// A clock behind the newest record is wrong, or was wrong when it was made: it is believed again when it has passed that record. A clock that
/// runs ahead of the uptime was set while we ran: it is believed again when it returns. At a start there is no uptime to compare with: then any
/// time after the newest record is believed, since the server may have been down for as long.
package struct ClockGuard: Sendable {
    /// The guard's judgement of one reading.
    package struct Judgement: Sendable, Equatable {
        /// Milliseconds since 1970 by which records are dated: the wall clock's when it is believed, else the best that is known.
        package var time: Int64
        package var fault: ClockFault?
    }

    /// A time without records that is long enough for an alarm.
    package struct Gap: Sendable, Equatable {
        /// The newest record before it, milliseconds since 1970.
        package var from: Int64
        /// The first reading after it.
        package var to: ClockReading

        package init(from: Int64, to: ClockReading) {
            self.from = from
            self.to = to
        }
    }

    /// Milliseconds that a clock may be wrong: less than what certificates are backdated by.
    package static let tolerance: Int64 = 5 * 60_000
    /// Smaller steps are forgiven after an hour: stunned virtual machines and leap seconds must not add up to a fault.
    private static let forgiving: Int64 = 3_600_000
    /// A machine without a battery for its clock learns the time from the network when it is this young: until then a jump forward is believed.
    private static let booting: Int64 = 5 * 60_000
    private static let longGap: Int64 = 12 * 3_600_000

    /// The newest time that was recorded, or believed since.
    private var newest: Int64
    /// A reading that was believed, not much older than `forgiving`; nil until there is one.
    private var anchor: ClockReading?
    /// The last time without a record; nil when there was none.
    package private(set) var gap: Gap?

    /// - Parameter newestRecord: milliseconds since 1970; 0 when nothing was recorded.
    package init(newestRecord: Int64) {
        newest = newestRecord
    }

    /// Takes a reading into account.
    package mutating func judge(_ reading: ClockReading) -> Judgement {
        guard reading.wall >= newest - Self.tolerance else {
            return Judgement(
                time: newest, fault: .behind(newest: UnixTime(milliseconds: newest), now: UnixTime(milliseconds: reading.wall)))
        }
        if let expected = expected(at: reading), reading.wall > expected + Self.tolerance, reading.uptime >= Self.booting {
            newest = max(newest, expected)
            return Judgement(
                time: newest, fault: .ahead(expected: UnixTime(milliseconds: expected), now: UnixTime(milliseconds: reading.wall)))
        }
        believe(reading)
        return Judgement(time: reading.wall, fault: nil)
    }

    /// The time that the wall clock should show by the uptime; nil before the first believed reading.
    private func expected(at reading: ClockReading) -> Int64? {
        anchor.map { $0.wall + max(0, reading.uptime - $0.uptime) }
    }

    private mutating func believe(_ reading: ClockReading) {
        if newest > 0, reading.wall - newest > Self.longGap { gap = Gap(from: newest, to: reading) }
        newest = max(newest, reading.wall)
        if let anchor, let expected = expected(at: reading), abs(reading.wall - expected) <= Self.tolerance,
            reading.uptime - anchor.uptime < Self.forgiving
        {
            return
        }
        anchor = reading
    }
}
