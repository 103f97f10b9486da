import Foundation
import NIOSSL

/// How much a run may take.
struct Extent {
    /// Seconds for each measurement.
    let seconds: Double
    /// Lanes of the loads that saturate the server.
    let lanes: Int
    /// Certificates issued between the first pass and the second.
    let growth: Int
    let quick: Bool

    /// Lanes of loads with a handshake for each request, which costs the client more than the server.
    var handshakeLanes: Int { min(lanes, 8) }
    /// How many requests are made ready for one measurement: more than a server answers in its time.
    var prepared: Int { Int(seconds * 4000) }
}

/// A running server with everything that the scenarios share.
final class Session {
    let server: ServerProcess
    let client: LoadClient
    let extent: Extent
    /// Trusts the CA, shows no certificate.
    let anonymous: NIOSSLContext
    let adminToken: String
    let keys = [SigningRequest.Key(), SigningRequest.Key()]
    /// Reads the server's counters.
    private let counters: SQLiteConnection
    private var named = 0
    /// Serial numbers of good certificates, to read and to revoke.
    var serials: [String] = []
    private(set) var measurements: [Measurement] = []

    init(server: ServerProcess, client: LoadClient, extent: Extent) throws {
        self.server = server
        self.client = client
        self.extent = extent
        anonymous = try server.clientContext()
        adminToken = try String(contentsOfFile: server.data + "/admin.token", encoding: .utf8)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        counters = try SQLiteConnection(path: server.data + "/ledger.sqlite", readOnly: true)
    }

    /// A host name that no certificate has yet.
    func freshName() -> String {
        named += 1
        return "bench-" + String(String(named + 100_000_000).dropFirst()) + ".internal"
    }

    /// The newest names, with the number given out last.
    var lastName: Int { named }

    /// Certificates in the ledger, as the server counts them.
    func certificates() throws -> Int64 {
        try counters.integer("SELECT value FROM counter WHERE name = 'certificates'")
    }

    /// A load of anonymous TLS connections.
    func load(_ style: Load.Style = .keepAlive, lanes: Int, _ request: @escaping @Sendable (Int, Int) -> APIRequest?) -> Load {
        Load(
            port: server.port, style: style, lanes: lanes, seconds: extent.seconds, tls: { [anonymous] _ in anonymous }, request: request)
    }

    /// Runs a load, and keeps what it cost.
    @discardableResult
    func measure(_ operation: String, _ load: Load) throws -> (measurement: Measurement, notes: LoadLedger.Notes) {
        FileHandle.standardError.write(Data("  \(operation), \(load.lanes) × \(load.style.rawValue)\n".utf8))
        let rows = try certificates()
        var snapshots: [Snapshot] = []
        let notes = try client.run(load) { snapshots.append(try Snapshot(server: server.id)) }
        guard snapshots.count == 2, !notes.latencies.isEmpty else {
            throw BenchmarkFailure.refused(operation: operation, complaint: notes.firstFailure ?? "nothing was answered")
        }
        let measurement = Measurement(
            operation: operation, load: load, certificates: rows, notes: notes, from: snapshots[0], to: snapshots[1])
        measurements.append(measurement)
        return (measurement, notes)
    }
}
