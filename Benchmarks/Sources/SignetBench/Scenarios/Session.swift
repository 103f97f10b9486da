import Foundation
import NIOSSL

/// A running server with everything that the scenarios share.
final class Session {
    let server: ServerProcess
    let client: LoadClient
    let extent: Extent
    /// Trusts the CA, shows no certificate.
    let anonymous: NIOSSLContext
    let adminToken: String
    let keys = [SigningRequest.Key(), SigningRequest.Key()]
    /// Certificates that were in the ledger before, all revoked.
    let rows: Int
    /// Reads what the server writes.
    let ledger: SQLiteConnection
    private var named = 0
    /// Serial numbers of certificates that this session was given and has not revoked.
    var serials: [String] = []
    private(set) var measurements: [Measurement] = []

    init(server: ServerProcess, rows: Int, client: LoadClient, extent: Extent) throws {
        self.server = server
        self.rows = rows
        self.client = client
        self.extent = extent
        anonymous = try server.clientContext()
        adminToken = try String(contentsOfFile: server.data + "/admin.token", encoding: .utf8)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        ledger = try SQLiteConnection(path: server.data + "/ledger.sqlite", readOnly: true)
    }

    /// A host name that no certificate has yet.
    func freshName() -> String {
        named += 1
        return "bench-" + String(String(named + 100_000_000).dropFirst()) + ".internal"
    }

    /// Certificates in the ledger, as the server counts them.
    func certificates() throws -> Int64 {
        try ledger.integer("SELECT value FROM counter WHERE name = 'certificates'")
    }

    /// A load of anonymous TLS connections.
    func load(_ style: Load.Style = .keepAlive, lanes: Int, _ request: @escaping @Sendable (Int, Int) -> APIRequest?) -> Load {
        Load(
            port: server.port, style: style, lanes: lanes, seconds: extent.seconds, tls: { [anonymous] _ in anonymous }, request: request)
    }

    /// Says what is being measured.
    func progress(_ text: String) { FileHandle.standardError.write(Data("  \(text)\n".utf8)) }

    /// Runs a load, and keeps what it cost.
    @discardableResult
    func measure(_ operation: String, _ load: Load) throws -> (measurement: Measurement, notes: LoadLedger.Notes) {
        progress("\(operation), \(load.lanes) × \(load.style.rawValue)")
        let certificates = try certificates()
        var (measurement, notes) = try Measurement.take(operation, load, by: client, of: server.id)
        measurement.rows = rows
        measurement.certificates = certificates
        measurements.append(measurement)
        return (measurement, notes)
    }
}
