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
