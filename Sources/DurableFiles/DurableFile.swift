import Glibc

/// Files that are replaced whole or not at all, and stay replaced after a power cut.
package enum DurableFile {
    /// Writes beside `path`, flushes, renames over it and flushes the directory. A reader sees the old bytes or the new ones, never a mixture.
    /// Links are followed; a device or pipe is written into. What was there passes on its permissions.
    /// - Parameter mode: permission bits of a new file, in force from its creation.
    package static func replace(_ path: String, with bytes: some Collection<UInt8>, mode: UInt32) throws(FileFailure) {
        let file = try FileReplacement(path, mode: mode)
        try file.append(Array(bytes))
        try file.commit()
    }

    /// Creates `path` whole or not at all; an existing file is a failure and stays as it is.
    package static func create(_ path: String, with bytes: some Collection<UInt8>, mode: UInt32) throws(FileFailure) {
        let temporary = temporaryName(beside: path)
        defer { _ = unsafe unlink(temporary) }
        try write(bytes, to: temporary, mode: mode)
        // A link, unlike a rename, never replaces what is there.
        guard unsafe link(temporary, path) == 0 else { throw FileFailure(operation: "create", path: path) }
        try synchronizeDirectory(of: path)
    }

    /// Makes a completed rename, creation or removal in `path`'s directory durable.
    package static func synchronizeDirectory(of path: String) throws(FileFailure) {
        let directory = directory(of: path)
        let descriptor = unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileFailure(operation: "open", path: directory) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw FileFailure(operation: "fsync", path: directory) }
    }

    /// The directory that `path` is in.
    static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func write(_ bytes: some Collection<UInt8>, to path: String, mode: UInt32) throws(FileFailure) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw FileFailure(operation: "create", path: path) }
        defer { close(descriptor) }
        // The process's umask may have taken bits away, or a caller may want more than it leaves.
        guard fchmod(descriptor, mode) == 0 else { throw FileFailure(operation: "chmod", path: path) }
        try writeAll(Array(bytes), to: descriptor, path: path)
        guard fsync(descriptor) == 0 else { throw FileFailure(operation: "fsync", path: path) }
    }

    static func writeAll(_ bytes: [UInt8], to descriptor: Int32, path: String) throws(FileFailure) {
        var offset = 0
        while offset < bytes.count {
            let written = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(descriptor, buffer.baseAddress?.advanced(by: offset), buffer.count - offset)
            }
            if written < 0 && errno == EINTR { continue }
            guard written > 0 else { throw FileFailure(operation: "write", path: path) }
            offset += written
        }
    }
}

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
