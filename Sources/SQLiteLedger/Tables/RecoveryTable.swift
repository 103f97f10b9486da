import GRDB
import Ledger
import PKI

/// The tables `recovery`, with the times whose records a restored ledger lacks, and `adoption`, with the certificates recorded again.
extension SQLiteRows {
    func lastRecovery() throws -> UnixTime? { try db.value("SELECT max(recovered_at) FROM recovery") }

    func isLost(time: UnixTime, slack: Int64) throws -> Bool {
        try db.hasRow("SELECT 1 FROM recovery WHERE ? BETWEEN since - ? AND recovered_at LIMIT 1", .integer(time), .integer(slack))
    }
}

extension WriteGroup {
    func insertRecovery(since: UnixTime, recoveredAt: UnixTime) throws {
        try db.change("INSERT INTO recovery (recovered_at, since) VALUES (?, ?)", .integer(recoveredAt), .integer(since))
    }

    func insertAdoption(certificate: Int64, aside: Bool) throws {
        try db.change("INSERT INTO adoption (certificate_id, aside) VALUES (?, ?)", .integer(certificate), .integer(aside ? 1 : 0))
    }
}
