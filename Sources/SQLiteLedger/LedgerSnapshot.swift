import GRDB
package import Ledger

/// A copy of a ledger as it was at one moment, taken page by page beside a running server, which goes on writing meanwhile.
package enum LedgerSnapshot {
    /// Pages copied between two looks at the progress: 8 MiB.
    private static let step: CInt = 2_048

    /// Copies the ledger into a new file, for its owner alone; answers the newest audit row in the copy. Blocks.
    /// - Parameter progress: told the percentage copied.
    package static func take(
        of path: String, to copy: String, progress: @escaping (_ percent: Int) -> Void
    ) throws(LedgerError) -> AuditHead {
        try LedgerError.translating {
            try makePrivateFile(path: copy)
            var configuration = Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(5)
            configuration.prepareDatabase(LedgerConnections.distrust)
            let source = try DatabaseQueue(path: path, configuration: configuration)
            let target = try DatabaseQueue(path: copy)
            let head = try source.read { db in
                // The first read fixes the moment: without it each step would begin a transaction of its own.
                let head = try SQLiteRows(db).auditHead()
                try target.writeWithoutTransaction { target in
                    // The copy is thrown away if the machine stops.
                    try target.execute(sql: "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
                    try db.backup(to: target, pagesPerStep: step) { progress(percent(of: $0)) }
                }
                return head
            }
            try target.close()
            try source.close()
            return head
        }
    }

    private static func percent(of progress: DatabaseBackupProgress) -> Int {
        progress.totalPageCount == 0 ? 100 : progress.completedPageCount * 100 / progress.totalPageCount
    }
}
