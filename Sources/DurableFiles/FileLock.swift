import Glibc

/// An exclusive lock on a file (flock(2)): held until it is let go of, or until the process ends in whatever way.
package final class FileLock: Sendable {
    private let descriptor: Int32
    private let path: String
    private let identity: FileIdentity?

    /// Takes the lock, or fails at once: with `isHeldElsewhere` when somebody else has it.
    /// - Parameter path: made when missing, readable by the owner alone.
    package init(path: String) throws(FileFailure) {
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileFailure(operation: "open", path: path) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let failure = FileFailure(operation: "flock", path: path)
            close(descriptor)
            throw failure
        }
        self.descriptor = descriptor
        self.path = path
        identity = FileIdentity(descriptor: descriptor)
    }

    deinit {
        release()
        close(descriptor)
    }

    /// Whether the file that is locked still has its name: else somebody may hold another lock of the same name.
    package var isInPlace: Bool { identity != nil && identity == FileIdentity(at: path) }

    /// Lets the next one in: said outright, because a child process that is just being started may share the descriptor still.
    package func release() { _ = flock(descriptor, LOCK_UN) }
}

extension FileFailure {
    /// Whether a lock was refused because somebody else has it.
    package var isHeldElsewhere: Bool { operation == "flock" && number == EWOULDBLOCK }
}
