import DurableFiles
import Glibc
import Ledger

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
