package import Glibc

/// A file that is written piece by piece and takes its place whole: nobody sees it before `commit`, and what is given up leaves nothing behind.
package final class FileReplacement {
    let path: String
    private let temporary: String
    let descriptor: Int32
    private var isCommitted = false
    /// Octets written since the last flush.
    private var unflushed = 0
    /// A large file goes to the disk in portions, or its flush would hold up everybody else's for as long as all of it takes.
    static let portion = 4 << 20

    /// Begins a file beside `path`.
    /// - Parameter mode: permission bits, in force from the file's creation.
    package init(_ path: String, mode: mode_t) throws(FileFailure) {
        let temporary = DurableFile.temporaryName(beside: path)
        let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw FileFailure(operation: "create", path: path) }
        self.path = path
        self.temporary = temporary
        self.descriptor = descriptor
        guard fchmod(descriptor, mode) == 0 else { throw FileFailure(operation: "chmod", path: path) }
    }

    deinit {
        close(descriptor)
        if !isCommitted { _ = unsafe unlink(temporary) }
    }

    /// Writes more of the file.
    package func append(_ bytes: [UInt8]) throws(FileFailure) {
        try append(bytes[...])
    }

    /// Flushes when a portion is full.
    func wrote(_ octets: Int) throws(FileFailure) {
        unflushed += octets
        guard unflushed >= Self.portion else { return }
        unflushed = 0
        guard fdatasync(descriptor) == 0 else { throw FileFailure(operation: "fdatasync", path: path) }
    }

    /// Flushes, renames over `path` and flushes the directory.
    package func commit() throws(FileFailure) {
        guard fsync(descriptor) == 0 else { throw FileFailure(operation: "fsync", path: path) }
        guard unsafe rename(temporary, path) == 0 else { throw FileFailure(operation: "rename", path: path) }
        isCommitted = true
        try DurableFile.synchronizeDirectory(of: path)
    }
}
