import DurableFiles
import GRDB
import Glibc
package import Ledger

/// Takes the ledger's lock; throws `unavailable` when another server has it.
func lockLedger(_ path: String) throws(LedgerError) -> FileLock {
    do {
        return try FileLock(path: path)
    } catch {
        let held = "another server has this ledger open, stop it first: it holds \(path)"
        throw .unavailable(error.isHeldElsewhere ? held : error.summary)
    }
}

/// A ledger's lock and its file, as they were when it was opened.
struct HeldLedger: Sendable {
    let path: String
    let lock: FileLock
    private let identity: FileIdentity?

    /// - Parameter lock: held.
    init(path: String, lock: FileLock) {
        self.path = path
        self.lock = lock
        identity = FileIdentity(at: path)
    }

    /// Set when the folder, or a file in it, was moved or replaced: the files with its name may be another server's, and must not be written.
    var loss: LedgerError? {
        guard lock.isInPlace, identity == FileIdentity(at: path) else {
            return .unavailable(
                "\(path) is not the file that was opened: its folder was moved or replaced while it is served; stop the server")
        }
        return nil
    }
}

/// Makes an empty file that only its owner can read, unless there is one: SQLite gives its log the mode of the database.
func makePrivateFile(path: String) throws(LedgerError) {
    let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .unavailable("cannot open \(path): \(systemErrorText())") }
    _ = close(descriptor)
}

private func systemErrorText() -> String { unsafe String(cString: strerror(errno)) }

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
