import Foundation

/// What both sides have used at one moment.
struct Snapshot {
    let server: ProcessUsage
    /// Microseconds of this process's CPU.
    let clientCPU: Double
    let instant: ContinuousClock.Instant

    /// - Parameter server: the server's process id.
    init(server id: Int32) throws {
        server = try ProcessUsage.of(id)
        clientCPU = Double(CPUTime.process()) / 1000
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
    /// Certificates in the ledger at the beginning.
    var certificates: Int64
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

    /// Puts together what was noted.
    init(operation: String, load: Load, certificates: Int64, notes: LoadLedger.Notes, from: Snapshot, to: Snapshot) {
        let count = Double(notes.latencies.count)
        let percentiles = Percentiles(notes.latencies)
        self.operation = operation
        style = load.style.rawValue
        lanes = load.lanes
        paced = load.requestsPerSecond
        self.certificates = certificates
        operations = notes.latencies.count
        failures = notes.failures
        firstFailure = notes.firstFailure
        perSecond = count / ((to.instant - from.instant) / .seconds(1))
        p50 = percentiles[0.5]
        p99 = percentiles[0.99]
        serverCPU = (to.server.cpu - from.server.cpu) / count
        clientCPU = (to.clientCPU - from.clientCPU) / count
        serverResident = to.server.residentMiB
    }

    /// The same operation asked in the same way: what may be compared between runs.
    func isComparable(to other: Measurement) -> Bool {
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
