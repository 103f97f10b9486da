import Access
import Authority
import Ledger
import Logging
import PKI
import Publication
import Synchronization
import ServerKit
import TestKit
import Testing

@Suite struct `A clock that is not believed` {
    private let bench: Bench
    private static let faults: [ClockFault] = [
        .behind(newest: ThrowAwayCA.now, now: ThrowAwayCA.now - 7_200), .ahead(expected: ThrowAwayCA.now, now: ThrowAwayCA.now + 86_400),
    ]

    init() throws { bench = try Bench() }

    @Test(arguments: faults) func `issues nothing, says why, and audits the attempt`(_ fault: ClockFault) async throws {
        let device = try await bench.enroll(uuid(1))
        let known = try await bench.ledger.auditHead().id
        let counts = try await bench.ledger.counts()
        bench.time.distrust(fault)
        #expect(try await refusal { try await bench.enroll(uuid(2)) } == .clock(fault))
        #expect(try await refusal { try await bench.renew(device, csr: makeRequest()) } == .clock(fault))
        #expect(try await bench.ledger.counts() == counts)
        let rows = try await bench.audit(since: known)
        #expect(rows.contains("token:ops sign failed \(fault.code)"), "\(rows)")
        #expect(rows.contains("certificate:\(device.serialNumber) renew failed \(fault.code)"), "\(rows)")
        bench.time.distrust(nil)
        try await bench.renew(device, csr: makeRequest())
    }

    @Test(arguments: faults) func `still revokes, reads, and makes the server's own certificate`(_ fault: ClockFault) async throws {
        let device = try await bench.enroll(uuid(1))
        bench.time.distrust(fault)
        let receipt = try await bench.revoke(device.serialNumber, .keyCompromise)
        #expect(receipt.certificate.revocation?.date == bench.time.seconds)
        #expect(try await bench.authority.certificate(device.serialNumber)?.revocation != nil)
        _ = try await bench.authority.firstServerCertificate(hostNames: ["ca.internal"])
    }

    @Test func `says what to do, to peers and to the operator`() {
        for fault in Self.faults {
            #expect(fault.code == (fault == Self.faults[0] ? "clock_behind" : "clock_ahead"))
            #expect(!fault.summary.isEmpty && fault.remedy.contains("administrator") && fault.alarm.contains("restart"))
        }
    }
}

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

@Suite struct `Lists from the future` {
    @Test func `are followed by one of now when the operator trusts the clock, with a higher number`() async throws {
        let bench = try Bench()
        let ahead = try Publication(bench)
        bench.time.advance(86_400)
        #expect(await ahead.publisher.publishDue())
        let wrong = try ahead.list()
        bench.time.advance(-86_400 + 60)
        let careful = try Publication(bench, files: ahead.files)
        #expect(await careful.publisher.publishDue() == false)
        #expect(try careful.list().der == wrong.der)
        let trusting = RevocationListPublisher(
            issuers: bench.issuers, ledger: bench.ledger, directory: ahead.directory, schedule: .init(), clock: bench.time.wallClock,
            trustsClock: true, logger: makeLogger(Collected()))
        #expect(await trusting.publishDue())
        let right = try ahead.list()
        let (number, before) = (try #require(right.number), try #require(wrong.number))
        #expect(right.thisUpdate == bench.time.seconds - 120 && number > before)
        // From there on it only rises again.
        bench.time.advance(-7_200)
        try await bench.revoke(try await bench.enroll(uuid(1)).serialNumber, .superseded)
        #expect(await trusting.publishDue() == false)
        #expect(try ahead.list().der == right.der)
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
