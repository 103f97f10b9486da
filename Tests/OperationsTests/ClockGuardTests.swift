import Ledger
import Operations
import PKI
import Testing

private let minute: Int64 = 60_000
private let hour: Int64 = 3_600_000
/// Milliseconds since 1970: an hour of 2026 at which the tables begin.
private let noon: Int64 = 1_795_000_000_000
/// Of the machine when the tables begin: long past its start.
private let longUp = 100 * hour

/// What a reading brings, times as distances from noon.
private enum Verdict: Equatable {
    case believed
    case behind(time: Int64)
    case ahead(time: Int64)
}

private struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    /// Distance of the newest record from noon; nil when there is none.
    var newestRecord: Int64? = 0
    var uptime = longUp
    /// Distances of wall clock and uptime from their beginnings, and what is said of them.
    let readings: [(wall: Int64, elapsed: Int64, verdict: Verdict)]

    var testDescription: String { name }
}

private let rows = [
    Row(name: "a clock that runs", readings: [(0, 0, .believed), (hour, hour, .believed), (30 * hour, 30 * hour, .believed)]),
    Row(name: "a ledger without records", newestRecord: nil, readings: [(-1000 * hour, 0, .believed)]),
    Row(name: "a start after a day of downtime", readings: [(24 * hour, 0, .believed)]),
    Row(name: "a start a little before the newest record", readings: [(-5 * minute, 0, .believed)]),
    Row(
        name: "a step back of two hours is noticed and ends when the clock is right again",
        readings: [
            (0, 0, .believed), (10 * minute, 10 * minute, .believed), (-110 * minute, 10 * minute, .behind(time: 10 * minute)),
            (-100 * minute, 20 * minute, .behind(time: 10 * minute)), (21 * minute, 21 * minute, .believed),
        ]),
    Row(
        name: "a clock that was a day ahead at the start is believed again when it has passed its own records",
        readings: [
            (24 * hour, 0, .believed), (minute, minute, .behind(time: 24 * hour)), (23 * hour, 23 * hour, .behind(time: 24 * hour)),
            (24 * hour, 24 * hour, .believed), (25 * hour, 25 * hour, .believed),
        ]),
    Row(
        name: "a start in 1970 is dated by the newest record until the network sets the clock, be it days later than that",
        readings: [(-noon, 0, .behind(time: 0)), (minute - noon, minute, .behind(time: 0)), (50 * hour, 2 * minute, .believed)]),
    Row(
        name: "a step forward of a day is noticed, dated by the uptime, and ends when the clock returns",
        readings: [
            (0, 0, .believed), (24 * hour, minute, .ahead(time: minute)), (26 * hour, 2 * hour, .ahead(time: 2 * hour)),
            (2 * hour, 2 * hour, .believed),
        ]),
    Row(
        name: "a step forward and then too far back is still a step back",
        readings: [(0, 0, .believed), (24 * hour, hour, .ahead(time: hour)), (0, hour, .behind(time: hour))]),
    Row(
        name: "a machine that slept: both clocks moved",
        readings: [(0, 0, .believed), (9 * hour, 9 * hour, .believed), (100 * hour, 100 * hour, .believed)]),
    Row(
        name: "a machine without a clock of its own learns the time after it started",
        uptime: minute,
        readings: [
            (0, 0, .believed), (24 * hour, minute, .believed), (48 * hour, 2 * minute, .believed),
            (48 * hour + 10 * minute, 12 * minute, .believed), (72 * hour, 12 * minute, .ahead(time: 48 * hour + 10 * minute)),
        ]),
    Row(
        name: "small steps do not add up over days",
        readings: (0..<20).map { (wall: $0 * (hour + 4 * minute), elapsed: $0 * hour, verdict: .believed) }),
    Row(
        name: "small steps within an hour do",
        readings: [(0, 0, .believed), (5 * minute, minute, .believed), (10 * minute, 2 * minute, .ahead(time: 5 * minute))]),
    Row(
        name: "summer time and leap seconds are none of the clock's business",
        readings: [(0, 0, .believed), (hour - 1_000, hour, .believed), (2 * hour - 2_000, 2 * hour, .believed)]),
    Row(
        name: "a clock that loses an hour while nobody looks, and stays after the records, is believed",
        readings: [(0, 0, .believed), (hour, 2 * hour, .believed), (2 * hour, 3 * hour, .believed)]),
]

@Suite struct `The clock's guard` {
    @Test(arguments: rows)
    private func `believes what it should`(_ row: Row) {
        var judge = ClockGuard(newestRecord: row.newestRecord.map { noon + $0 } ?? 0)
        for (number, reading) in row.readings.enumerated() {
            let judgement = judge.judge(ClockReading(wall: noon + reading.wall, uptime: row.uptime + reading.elapsed))
            let verdict: Verdict =
                switch judgement.fault {
                case nil: .believed
                case .behind: .behind(time: judgement.time - noon)
                case .ahead: .ahead(time: judgement.time - noon)
                }
            #expect(verdict == reading.verdict, "reading \(number)")
            if judgement.fault == nil { #expect(judgement.time == noon + reading.wall, "reading \(number)") }
        }
    }

    @Test func `never dates a record before the one it dated last by more than it tolerates`() {
        var judge = ClockGuard(newestRecord: noon)
        var latest = noon
        for step in 0..<400 {
            // A clock that jumps to and fro by up to ten hours.
            let jump = Int64(step * 7919 % 41 - 20) * hour / 2
            let time = judge.judge(ClockReading(wall: noon + Int64(step) * minute + jump, uptime: longUp + Int64(step) * minute)).time
            #expect(time >= latest - ClockGuard.tolerance, "step \(step)")
            latest = max(latest, time)
        }
    }

    @Test func `tells of half a day without records, and of nothing shorter`() {
        var judge = ClockGuard(newestRecord: noon)
        _ = judge.judge(ClockReading(wall: noon + 12 * hour, uptime: longUp))
        #expect(judge.gap == nil)
        let waking = ClockReading(wall: noon + 25 * hour, uptime: longUp + 13 * hour)
        _ = judge.judge(waking)
        #expect(judge.gap == ClockGuard.Gap(from: noon + 12 * hour, to: waking))
    }
}
