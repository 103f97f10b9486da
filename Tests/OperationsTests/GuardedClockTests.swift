import Authority
import Ledger
import Logging
import Operations
import PKI
import ServerKit
import Synchronization
import Testing

@Suite struct `The guarded clock` {
    private let reading = Clocks()
    private let log = Collected<String>()

    private func clock(newestRecord: Int64) -> GuardedClock {
        GuardedClock(newestRecord: newestRecord, read: { [reading] in reading.withLock { $0 } }, logger: makeLogger(log))
    }

    @Test func `dates records by the newest known time and shows lists a clock that went back as it is`() {
        let start = reading.withLock { $0 }
        let clock = clock(newestRecord: start.wall)
        #expect(clock.wallClock.fault() == nil && clock.alarms.isEmpty)
        reading.withLock { $0.wall -= 7_200_000 }
        #expect(clock.wallClock.milliseconds() == start.wall)
        #expect(clock.listClock.milliseconds() == start.wall - 7_200_000)
        #expect(clock.wallClock.fault()?.code == "clock_behind")
        #expect(clock.alarms.count == 1 && log.all.count == 1)
        reading.withLock { $0 = start }
        #expect(clock.wallClock.fault() == nil && clock.alarms.isEmpty)
        #expect(log.all == ["critical the clock is not believed", "notice the clock is believed again"])
    }

    @Test func `dates everything by the uptime while the clock is ahead`() {
        let start = reading.withLock { $0 }
        let clock = clock(newestRecord: start.wall)
        #expect(clock.wallClock.milliseconds() == start.wall)
        reading.withLock { $0 = ClockReading(wall: start.wall + 86_400_000, uptime: start.uptime + 1_000) }
        #expect(clock.wallClock.milliseconds() == start.wall + 1_000)
        #expect(clock.listClock.milliseconds() == start.wall + 1_000)
        #expect(clock.wallClock.fault()?.code == "clock_ahead")
    }

    @Test func `tells for an hour of a day without records`() {
        let start = reading.withLock { $0 }
        let clock = clock(newestRecord: start.wall - 86_400_000)
        #expect(clock.wallClock.fault() == nil)
        #expect(clock.alarms.count == 1)
        #expect(log.all == ["warning a long time without records"])
        reading.withLock { $0 = ClockReading(wall: start.wall + 3_600_000, uptime: start.uptime + 3_600_000) }
        #expect(clock.alarms.isEmpty)
    }

    @Test func `is proven by records without a gap, or by a day after one`() {
        let start = reading.withLock { $0 }
        let clock = clock(newestRecord: start.wall - 40 * 86_400_000)
        // A server looks at its clock all the time; a day without a look would be another gap.
        for passed in stride(from: Int64(0), through: 86_399_000, by: 21_599_750) {
            reading.withLock { $0 = ClockReading(wall: start.wall + passed, uptime: start.uptime + passed) }
            #expect(!clock.listClock.isProven())
        }
        reading.withLock { $0 = ClockReading(wall: start.wall + 86_400_000, uptime: start.uptime + 86_400_000) }
        #expect(clock.listClock.isProven())
        reading.withLock { $0.wall -= 7_200_000 }
        #expect(!clock.listClock.isProven())
        reading.withLock { $0 = start }
        #expect(self.clock(newestRecord: start.wall - 3_600_000).listClock.isProven())
    }
}

/// The machine's clocks, set by tests.
private final class Clocks: Sendable {
    private let reading = Mutex(ClockReading(wall: 1_795_000_000_000, uptime: 360_000_000))

    @discardableResult
    func withLock<Value: Sendable>(_ body: (inout ClockReading) -> Value) -> Value {
        reading.withLock { reading in body(&reading) }
    }
}

/// Writes level and message of each line.
private func makeLogger(_ lines: Collected<String>) -> Logger {
    Logger(label: "test") { _ in LogLines(lines: lines, showsMetadata: false) }
}
