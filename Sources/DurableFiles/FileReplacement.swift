import Glibc

/// A file that is written piece by piece and takes its place whole: nobody sees it before `commit`, and what is given up leaves nothing behind.
package final class FileReplacement {
    let path: String
    /// Nil for a device or pipe, which is written into at once.
    private let temporary: String?
    let descriptor: Int32
    private var isCommitted = false
    /// Octets written so far.
    package private(set) var octets: Int64 = 0
    /// Octets written since the last flush.
    private var unflushed = 0
    /// A large file goes to the disk in portions, or its flush would hold up everybody else's for as long as all of it takes.
    static let portion = 4 << 20

    /// Begins a file beside the one that `path` leads to.
    /// - Parameter mode: permission bits of a new file, in force from its creation; one that replaces another gets that one's.
    package convenience init(_ path: String, mode: UInt32) throws(FileFailure) {
        let destination = try FileDestination(path)
        try self.init(destination, mode: mode, as: destination.permissions)
    }

    /// - Parameter permissions: of the file whose place it will take in the end.
    package init(_ destination: FileDestination, mode: UInt32, as permissions: FilePermissions?) throws(FileFailure) {
        path = destination.path
        if let stream = try destination.openStream() {
            (descriptor, temporary) = (stream, nil)
            return
        }
        try destination.refusePlanted(asked: mode)
        let temporary = DurableFile.temporaryName(beside: path)
        let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode & 0o600)
        guard descriptor >= 0 else { throw FileFailure(operation: "create", path: destination.path) }
        (self.descriptor, self.temporary) = (descriptor, temporary)
        if let permissions {
            try permissions.apply(to: descriptor, path: path, asked: mode)
        } else if fchmod(descriptor, mode) != 0 {
            throw FileFailure(operation: "chmod", path: path)
        }
    }

    deinit {
        close(descriptor)
        if !isCommitted, let temporary { _ = unsafe unlink(temporary) }
    }

    /// Writes more of the file.
    package func append(_ bytes: [UInt8]) throws(FileFailure) {
        try append(bytes[...])
    }

    /// Counts, and flushes when a portion is full.
    func wrote(_ count: Int) throws(FileFailure) {
        octets += Int64(count)
        unflushed += count
        guard unflushed >= Self.portion, temporary != nil else { return }
        unflushed = 0
        guard fdatasync(descriptor) == 0 else { throw FileFailure(operation: "fdatasync", path: path) }
    }

    /// Flushes, renames over `path` and flushes the directory.
    package func commit() throws(FileFailure) {
        // A pipe and most devices have nothing to flush.
        guard fsync(descriptor) == 0 || (temporary == nil && (errno == EINVAL || errno == EROFS || errno == ENOTSUP)) else {
            throw FileFailure(operation: "fsync", path: path)
        }
        guard let temporary else { return }
        guard unsafe rename(temporary, path) == 0 else { throw FileFailure(operation: "rename", path: path) }
        isCommitted = true
        try DurableFile.synchronizeDirectory(of: path)
    }
}

extension FileReplacement {
    /// Writes more of the file, without a copy of it.
    package func append(_ bytes: ArraySlice<UInt8>) throws(FileFailure) {
        var offset = bytes.startIndex
        while offset < bytes.endIndex {
            let written = unsafe bytes[offset...].withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress, min($0.count, Self.portion))
            }
            if written < 0 && errno == EINTR { continue }
            guard written > 0 else { throw FileFailure(operation: "write", path: path) }
            offset += written
            try wrote(written)
        }
    }

    /// Writes all of another file, which the kernel copies: its octets never come to this process.
    package func append(contentsOf source: String) throws(FileFailure) {
        let input = unsafe open(source, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard input >= 0 else { throw FileFailure(operation: "open", path: source) }
        defer { close(input) }
        while true {
            let copied = sendfile(descriptor, input, nil, Self.portion)
            if copied < 0 && errno == EINTR { continue }
            guard copied >= 0 else { throw FileFailure(operation: "write", path: path) }
            if copied == 0 { return }
            try wrote(copied)
        }
    }
}

extension DurableFile {
    /// Gives an existing file a second name, in place of whatever had that name before. Nothing is copied: neither name may be written to in place.
    /// Where a symbolic link stands, a copy goes to the place that it leads to.
    package static func replace(_ path: String, withLinkTo existing: String) throws(FileFailure) {
        let destination = try FileDestination(path)
        guard destination.path == path else {
            let copy = try FileReplacement(path, mode: 0o644)
            try copy.append(contentsOf: existing)
            return try copy.commit()
        }
        try destination.requireFile()
        let temporary = temporaryName(beside: path)
        guard unsafe link(existing, temporary) == 0 else { throw FileFailure(operation: "link", path: path) }
        guard unsafe rename(temporary, path) == 0 else {
            let failure = FileFailure(operation: "rename", path: path)
            _ = unsafe unlink(temporary)
            throw failure
        }
        // A rename onto another name of the same file does nothing.
        _ = unsafe unlink(temporary)
        try synchronizeDirectory(of: path)
    }
}
