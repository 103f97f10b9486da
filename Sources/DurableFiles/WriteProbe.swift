import Glibc

extension DurableFile {
    /// Writes something into a directory, and takes it away again: to learn why nothing can be written before a program relies on it.
    package static func probe(_ directory: String) throws(FileFailure) {
        let path = temporaryName(beside: "\(directory)/.probe")
        defer { _ = unsafe unlink(path) }
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileFailure(operation: "write into", path: directory) }
        defer { close(descriptor) }
        try writeAll([UInt8](repeating: 0, count: probeSize), to: descriptor, path: directory)
        guard fsync(descriptor) == 0 else { throw FileFailure(operation: "write into", path: directory) }
    }

    /// What a start writes at least.
    private static let probeSize = 256 << 10
}

extension FileFailure {
    /// Whether there was no space left, on the disk or for the user.
    package var isFullDisk: Bool { number == ENOSPC || number == EDQUOT }
}
