import DurableFiles
import Ledger
import PKI

/// Compares the heads of the audit chain that a crl-publisher saw, a line each in its `audit-heads`, with the chain.
///
/// A row that was seen must stand in the chain with its hash. After a recovery from a backup the chain goes on from an earlier row: rows seen before the
/// recovery, and not in the backup, are excused by the row of that recovery.
struct HeldAuditHeads {
    /// The publisher's output directory.
    let folder: String
    let ledger: any AuditLedger

    private struct Head {
        /// 0 before the first one.
        let recoveredAt: UnixTime
        let id: Int64
        let hash: String
    }

    /// Throws the first line that the chain contradicts.
    func check() async throws {
        let path = "\(folder)/audit-heads"
        let recoveries = try await recoveries()
        for (number, line) in try lines(of: path).enumerated() {
            // The last line may have been cut short by a crash, and is followed by a whole one then.
            guard let head = Self.head(line) else { continue }
            let next = recoveries.first { $0.time > head.recoveredAt }
            if let next, head.id >= next.row { continue }
            guard try await ledger.auditRow(head.id, has: head.hash) else {
                throw OperatorError(
                    summary: "the audit log has no row \(head.id) with the hash that a publisher saw (\(path), line \(number + 1))",
                    remedy:
                        "the log was cut or rewritten, or an older copy was put back: keep \(path) as evidence, and find out who had access to the ledger"
                )
            }
        }
    }

    private func lines(of path: String) throws(OperatorError) -> [Substring] {
        do {
            return String(decoding: try DurableFile.read(path, limit: 1 << 30), as: UTF8.self).split(separator: "\n")
        } catch {
            throw OperatorError(
                summary: "\(path) cannot be read: \(error.summary)",
                remedy: "name the --output directory of a crl-publisher, or a copy of it")
        }
    }

    private static func head(_ line: Substring) -> Head? {
        let fields = line.split(separator: " ")
        guard fields.count == 3, let recoveredAt = Int64(fields[0]).map({ UnixTime($0) }), let id = Int64(fields[1]),
            fields[2].utf8.count == 64
        else {
            return nil
        }
        return Head(recoveredAt: recoveredAt, id: id, hash: String(fields[2]))
    }

    /// Recoveries in the order of the chain, with their rows and times.
    private func recoveries() async throws(LedgerError) -> [(row: Int64, time: UnixTime)] {
        var found: [(row: Int64, time: UnixTime)] = []
        var before: Int64?
        repeat {
            let page = try await ledger.auditRows(AuditFilter(action: .recover), before: before, limit: 100)
            found += page.map { ($0.id, UnixTime(milliseconds: $0.event.timestamp)) }
            before = page.next
        } while before != nil
        return found.reversed()
    }
}

extension AuditLedger {
    /// Whether the audit log has a row with this number and hash.
    func auditRow(_ id: Int64, has hash: String) async throws(LedgerError) -> Bool {
        let (next, overflow) = id.addingReportingOverflow(1)
        guard !overflow, let row = try await auditRows(AuditFilter(), before: next, limit: 1).first else { return false }
        return row.id == id && hexadecimal(row.hash) == hash
    }
}
