import Foundation
import Testing

/// What a ledger file holds, as Python's SQLite reads it: our own reader is not its own witness.
struct LedgerAccount: Decodable {
    struct Entry: Decodable {
        /// Lower-case hex.
        let serial: String
        /// Of the DER.
        let sha256: String
        /// SHA-256 of the public key.
        let key: String
    }

    /// `ok` when SQLite finds the file whole.
    let integrity: String
    /// Those of profile `device`.
    let certificates: [Entry]
    /// Serial numbers.
    let revoked: [String]

    /// Reads the ledger at a path, its log included.
    init(of ledger: String, in sandbox: Sandbox) async throws {
        self = try await sandbox.run("python3", [Programs.foreign("read_ledger.py"), ledger]).succeeded().decoded(as: Self.self)
    }

    /// Expects a whole file in which everything is that was given, each certificate once.
    func expect(given: [Given], revoked receipts: [String], _ moment: String = "", at location: SourceLocation = #_sourceLocation) {
        #expect(integrity == "ok", "\(moment)", sourceLocation: location)
        let recorded = Dictionary(certificates.map { ($0.serial, $0.sha256) }) { first, _ in first }
        #expect(recorded.count == certificates.count, "a serial number twice \(moment)", sourceLocation: location)
        #expect(Set(given.map(\.serialNumber)).count == given.count, "a serial number was given twice \(moment)", sourceLocation: location)
        let missing = given.filter { recorded[$0.serialNumber] != $0.sha256 }.map(\.wish.number)
        #expect(missing.isEmpty, "given and not recorded \(moment)", sourceLocation: location)
        let keys = Set(certificates.map(\.key))
        #expect(keys.count == certificates.count, "a request was certified twice \(moment)", sourceLocation: location)
        let unrevoked = Set(receipts.map { $0.replacing(":", with: "") }).subtracting(self.revoked)
        #expect(unrevoked.isEmpty, "revoked by a receipt and not recorded \(moment)", sourceLocation: location)
    }
}

extension TestCA {
    var ledger: String { data + "/ledger.sqlite" }

    /// What the ledger holds now.
    func account() async throws -> LedgerAccount { try await LedgerAccount(of: ledger, in: sandbox) }

    /// Runs SQL on the ledger beside the server, as an intruder or a careless tool would.
    func execute(_ sql: String) async throws {
        try await sandbox.run("python3", [Programs.foreign("execute_sql.py"), ledger, sql]).succeeded()
    }

    /// The alarms that health shows.
    func alarms(_ client: APIClient) async throws -> [String] {
        struct Health: Decodable { let alarms: [String] }
        return try JSONDecoder().decode(Health.self, from: Data(try await client.get("sys/health").body)).alarms
    }

    /// Waits until no alarm is left: what failed is tried again beside the requests, so the last may end a moment after the next answer.
    func expectQuiet(_ client: APIClient, after what: String) async throws {
        var left: [String] = []
        try await eventually("the last alarm after \(what) has ended: \(left)") {
            left = try await alarms(client)
            return left.isEmpty
        }
    }

    /// Expects that OpenSSL reads every list of a folder, in both forms, and that nothing half-written lies there.
    func expectWholeLists(in folder: String, at location: SourceLocation = #_sourceLocation) async throws {
        for issuer in ["devices", "services", "root"] {
            for (suffix, form) in [("crl", "DER"), ("crl.pem", "PEM")] {
                let read = try await sandbox.run("openssl", ["crl", "-in", "\(folder)/\(issuer).\(suffix)", "-inform", form, "-noout"])
                #expect(read.status == 0, "\(issuer).\(suffix): \(read)", sourceLocation: location)
            }
        }
        // Another publication may be writing at this very moment.
        var left: [String] = []
        try await eventually("no file of \(folder) is half-written: \(left)") {
            left = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".tmp") }
            return left.isEmpty
        }
    }

    /// Serial numbers of the published list of devices, as OpenSSL prints them, in lower case.
    func listedSerials(in folder: String? = nil) async throws -> Set<String> {
        let file = (folder ?? data + "/published") + "/devices.crl"
        let text = try await sandbox.run("openssl", ["crl", "-in", file, "-inform", "DER", "-noout", "-text"]).succeeded().output
        let lines = text.split(separator: "\n").filter { $0.contains("Serial Number: ") }
        return Set(lines.compactMap { $0.split(separator: " ").last?.lowercased() })
    }
}
