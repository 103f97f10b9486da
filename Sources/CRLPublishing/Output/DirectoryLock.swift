import DurableFiles
import Glibc

/// Held while a publisher works on a directory: two of them would overwrite each other's unfinished files.
final class DirectoryLock: Sendable {
    private let descriptor: Int32

    init(directory: String) throws(PublishingFailure) {
        let path = directory + "/.publisher.lock"
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .output(FileFailure(operation: "open", path: path)) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let failure = FileFailure(operation: "flock", path: path)
            close(descriptor)
            throw failure.number == EWOULDBLOCK ? .outputBusy(path: directory) : .output(failure)
        }
    }

    deinit { close(descriptor) }
}
