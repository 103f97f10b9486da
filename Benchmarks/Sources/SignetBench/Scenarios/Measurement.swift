import Foundation

/// What both sides have used at one moment.
struct Snapshot {
    let server: ProcessUsage
    /// Microseconds of this process's CPU.
    let clientCPU: Double
    let machine: MachineUsage
    let instant: ContinuousClock.Instant

    /// - Parameter server: the server's process id.
    init(server id: Int32) throws {
        server = try ProcessUsage.of(id)
        clientCPU = Double(CPUTime.process()) / 1000
        machine = try MachineUsage.now()
        instant = ContinuousClock.now
    }
}

/// What one load cost. Times are microseconds.
struct Measurement: Codable {
    var operation: String
    /// How connections were used.
    var style: String
    var lanes: Int
    /// Requests per second that the load kept to; nil for as fast as answers came.
    var paced: Double?
    /// Certificates that were seeded into the ledger; nil of a peer, and of runs before there was seeding.
    var rows: Int?
    /// Certificates in the ledger at the beginning; nil of a peer.
    var certificates: Int64?
    /// Successful ones.
    var operations: Int
    var failures: Int
    var firstFailure: String?
    var perSecond: Double
    var p50: Double
    var p99: Double
    /// Server CPU per operation, with whatever the server did beside it in that time.
    var serverCPU: Double
    /// CPU of the load process per operation.
    var clientCPU: Double
    /// At the end, MiB.
    var serverResident: Double
    /// Part of the machine's CPU, in percent, that neither the server nor the load used, or that the hypervisor gave to others.
    var others: Double?

    /// Runs a load against a process.
    static func take(
        _ operation: String, _ load: Load, by client: LoadClient, of server: Int32
    ) throws -> (measurement: Self, notes: LoadLedger.Notes) {
        var snapshots: [Snapshot] = []
        let notes = try client.run(load) { snapshots.append(try Snapshot(server: server)) }
        guard snapshots.count == 2, !notes.latencies.isEmpty else {
            throw BenchmarkFailure.refused(operation: operation, complaint: notes.firstFailure ?? "nothing was answered")
        }
        return (Self(operation: operation, load: load, notes: notes, from: snapshots[0], to: snapshots[1]), notes)
    }

    private init(operation: String, load: Load, notes: LoadLedger.Notes, from: Snapshot, to: Snapshot) {
        let count = Double(notes.latencies.count)
        let percentiles = Percentiles(notes.latencies)
        self.operation = operation
        style = load.style.rawValue
        lanes = load.active ?? load.lanes
        paced = load.requestsPerSecond
        operations = notes.latencies.count
        failures = notes.failures
        firstFailure = notes.firstFailure
        perSecond = count / ((to.instant - from.instant) / .seconds(1))
        p50 = percentiles[0.5]
        p99 = percentiles[0.99]
        serverCPU = (to.server.cpu - from.server.cpu) / count
        clientCPU = (to.clientCPU - from.clientCPU) / count
        serverResident = to.server.residentMiB
        let strangers = (to.machine.busy - from.machine.busy) - (to.server.cpu - from.server.cpu) - (to.clientCPU - from.clientCPU)
        let stolen = to.machine.stolen - from.machine.stolen
        others = 100 * (max(0, strangers) + stolen) / max(1, to.machine.total - from.machine.total)
    }

    /// The same operation asked in the same way: what may be compared between runs.
    func isComparable(to other: Measurement) -> Bool {
        isSameRequest(as: other) && rows == other.rows
    }

    /// The same, maybe on a ledger of another size.
    func isSameRequest(as other: Measurement) -> Bool {
        operation == other.operation && style == other.style && lanes == other.lanes && (paced == nil) == (other.paced == nil)
    }
}

/// Percentiles of durations.
struct Percentiles {
    private let sorted: [Int64]

    /// - Parameter nanoseconds: in any order.
    init(_ nanoseconds: [Int64]) { sorted = nanoseconds.sorted() }

    /// Microseconds that this part of the durations stays within; 0 of none.
    subscript(part: Double) -> Double {
        guard !sorted.isEmpty else { return 0 }
        return Double(sorted[min(sorted.count - 1, Int(part * Double(sorted.count)))]) / 1000
    }
}
