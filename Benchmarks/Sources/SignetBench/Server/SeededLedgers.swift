import Crypto
import Foundation

/// CAs whose ledgers were filled before: made once for each schema and size, and copied for each run.
struct SeededLedgers {
    /// The folder with `ca-server` and `LedgerSeeder`.
    let programs: String
    /// Where they are kept.
    let folder: String

    /// Seeded certificates live 30 days; older than this, a ledger is made again.
    private static let mostAge: TimeInterval = 14 * 86_400

    /// A CA of the run's own with this many certificates, all of them revoked.
    func copy(rows: Int, to path: String) throws {
        let kept = try ready(rows: rows)
        try FileManager.default.copyItem(atPath: kept, toPath: path)
    }

    private func ready(rows: Int) throws -> String {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let fresh = folder + "/fresh-\(ProcessInfo.processInfo.processIdentifier)"
        try ServerProcess.initialize(program: programs + "/ca-server", data: fresh)
        let schema = try schema(of: fresh)
        let kept = folder + "/\(rows)-\(schema)"
        if try !isGood(kept) && !migrate(rows: rows, to: schema) {
            try removeOthers(rows: rows)
            try seed(fresh, rows: rows)
            try FileManager.default.moveItem(atPath: fresh, toPath: kept)
        } else {
            try FileManager.default.removeItem(atPath: fresh)
        }
        return kept
    }

    /// Brings a ledger that an older program filled up to date, as a new server would; false when there is none, or it becomes another one.
    private func migrate(rows: Int, to schema: String) throws -> Bool {
        guard let older = try others(rows: rows).first(where: isGood) else { return false }
        try ChildProcess.run(programs + "/LedgerSeeder", ["--data", older, "--certificates", "0"])
        guard try self.schema(of: older) == schema else { return false }
        try FileManager.default.moveItem(atPath: older, toPath: folder + "/\(rows)-\(schema)")
        return true
    }

    private func seed(_ path: String, rows: Int) throws {
        FileHandle.standardError.write(Data("  seeding \(rows) certificates, once for this schema\n".utf8))
        do {
            try ChildProcess.run(
                programs + "/LedgerSeeder", ["--data", path, "--certificates", String(rows), "--revoked", String(rows)], quiet: false)
        } catch {
            try FileManager.default.removeItem(atPath: path)
            throw error
        }
    }

    /// The tables as they are after `init`: what is kept under another schema is of no use.
    private func schema(of path: String) throws -> String {
        let ledger = try SQLiteConnection(path: path + "/ledger.sqlite", readOnly: true)
        let tables = try ledger.prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name").texts([])
        let hash = SHA256.hash(data: Array(tables.joined().joined(separator: ";").utf8))
        return hash.prefix(6).map { String(format: "%02x", $0) }.joined()
    }

    private func isGood(_ path: String) -> Bool {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path + "/unseal.key"),
            let made = attributes[.modificationDate] as? Date
        else { return false }
        return Date().timeIntervalSince(made) < Self.mostAge
    }

    private func removeOthers(rows: Int) throws {
        for path in try others(rows: rows) { try FileManager.default.removeItem(atPath: path) }
    }

    private func others(rows: Int) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasPrefix("\(rows)-") }.map { folder + "/" + $0 }
    }
}
