internal import DurableFiles
internal import Glibc

/// Keeps two processes from changing one credential directory at once. The kernel lets go of it when the process dies.
final class DirectoryLock: Sendable {
    private let descriptor: CInt

    /// - Throws: `busy` when another process holds it.
    init(directory: String) throws(ClientError) {
        let path = directory + "/.lock"
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .file(path: path, problem: .unwritable(reason: FileFailure(operation: "open", path: path).summary))
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            _ = close(descriptor)
            throw .busy(directory: directory)
        }
    }

    deinit { _ = close(descriptor) }
}
