import APISchema
import Authority
import DurableFiles
import Foundation
import Ledger
import PKI
import SQLiteLedger

/// What must hold before a server starts: its ledger is there, is its own, and is not older than what it has published.
struct StartingState {
    let directory: DataDirectory

    /// Refuses a missing ledger, which would start as an empty one, and a ledger that others may read or write.
    func checkFiles() throws(OperatorError) {
        guard DurableFile.exists(directory.ledger) else {
            throw OperatorError(
                summary: "there is no ledger \(directory.ledger)",
                remedy: "restore it from a backup; a CA without its ledger knows none of its certificates")
        }
        for path in [directory.ledger, "\(directory.ledger)-wal", "\(directory.ledger)-shm"] where DurableFile.exists(path) {
            let attributes: [FileAttributeKey: Any]
            do { attributes = try FileManager.default.attributesOfItem(atPath: path) } catch { throw OperatorError(error) }
            guard let mode = attributes[.posixPermissions] as? Int, mode & 0o077 == 0 else {
                throw OperatorError(summary: "\(path) is open to others", remedy: "chmod 600 \(path)")
            }
        }
    }

    /// Refuses a ledger whose audit log ends before, or differs from, the head that the last publication names: an old copy was put back.
    func checkHead(of ledger: SQLiteLedger) async throws {
        guard let head = try PublishedDirectory(path: directory.published).index()?.auditHead, head.id > 0 else { return }
        let row = try await ledger.auditRows(AuditFilter(), before: head.id + 1, limit: 1).first
        guard let row, row.id == head.id, hexadecimal(row.hash) == head.hash else {
            throw OperatorError(
                summary: "the ledger is older than what it has published: audit row \(head.id) is missing or another one",
                remedy: "restore the newest copy of \(directory.ledger); started with this one, the CA would forget what it did since")
        }
    }
}
