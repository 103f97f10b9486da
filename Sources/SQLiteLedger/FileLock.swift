import Glibc
import Ledger

/// An exclusive lock on a file (flock(2)): held until it is released, or until the process ends in whatever way.
final class FileLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock, or says at once that somebody else holds it.
    /// - Parameter path: made when missing, readable by the owner only.
    init(path: String) throws(LedgerError) {
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .unavailable("cannot open \(path): \(systemErrorText())") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let text =
                errno == EWOULDBLOCK
                ? "another server has this ledger open, stop it first: it holds \(path)" : "cannot lock \(path): \(systemErrorText())"
            _ = close(descriptor)
            throw .unavailable(text)
        }
        self.descriptor = descriptor
    }

    deinit { _ = close(descriptor) }

    /// Lets the next opener in.
    func release() { _ = flock(descriptor, LOCK_UN) }
}

/// Makes an empty file that only its owner can read, unless there is one: SQLite gives its log the mode of the database.
func makePrivateFile(path: String) throws(LedgerError) {
    let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .unavailable("cannot open \(path): \(systemErrorText())") }
    _ = close(descriptor)
}

private func systemErrorText() -> String { unsafe String(cString: strerror(errno)) }
