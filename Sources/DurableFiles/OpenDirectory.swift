import Glibc

/// A directory that is held open: what is done in it stays in it whatever becomes of its name, and no symbolic link in it is followed.
package final class OpenDirectory: Sendable {
    package let path: String
    private let descriptor: Int32

    /// Opens a directory, links to it followed.
    package convenience init(_ path: String) throws(FileFailure) {
        let descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure(path) }
        self.init(path: path, descriptor: descriptor)
    }

    private init(path: String, descriptor: Int32) {
        self.path = path
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// A directory in this one; nil when nothing has that name.
    /// - Throws: for a link, a file, and a directory of another user.
    package func subdirectory(_ name: String) throws(FileFailure) -> OpenDirectory? {
        let inner = unsafe openat(descriptor, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard inner >= 0 else {
            let failure = Self.failure(place(name))
            guard failure.isAbsence else { throw failure }
            return nil
        }
        let found = OpenDirectory(path: place(name), descriptor: inner)
        try found.requireOwn()
        return found
    }

    /// Refuses a directory of another user than this process's and root: he could put something else in the place of what is written there.
    package func requireOwn() throws(FileFailure) {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw FileFailure(operation: "stat", path: path) }
        guard FilePermissions(status).isOwn else { throw FileFailure(path: path, refusal: .foreign(owner: status.st_uid)) }
    }

    /// Makes a directory that was not there, with exactly `mode`.
    package func makeDirectory(_ name: String, mode: UInt32) throws(FileFailure) {
        guard unsafe mkdirat(descriptor, name, mode) == 0, unsafe fchmodat(descriptor, name, mode, 0) == 0 else {
            throw FileFailure(operation: "mkdir", path: place(name))
        }
    }

    /// Writes a file that was not there, and flushes it.
    /// - Parameter permissions: of the file whose place it will take.
    package func write(_ bytes: [UInt8], to name: String, mode: UInt32, as permissions: FilePermissions?) throws(FileFailure) {
        let file = unsafe openat(descriptor, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw FileFailure(operation: "create", path: place(name)) }
        defer { close(file) }
        if let permissions {
            try permissions.apply(to: file, path: place(name), asked: mode)
        } else if fchmod(file, mode) != 0 {
            throw FileFailure(operation: "chmod", path: place(name))
        }
        try DurableFile.writeAll(bytes, to: file, path: place(name))
        guard fsync(file) == 0 else { throw FileFailure(operation: "fsync", path: place(name)) }
    }

    /// All bytes of a file, at most `limit`; nil when nothing has that name.
    package func read(_ name: String, limit: Int) throws(FileFailure) -> [UInt8]? {
        let file = unsafe openat(descriptor, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else {
            let failure = FileFailure(operation: "open", path: place(name))
            guard failure.isAbsence else { throw failure }
            return nil
        }
        defer { close(file) }
        return try DurableFile.readAll(file, path: place(name), limit: limit)
    }

    /// Whether something has that name, be it a link.
    package func contains(_ name: String) -> Bool {
        var status = stat()
        return unsafe fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0
    }

    /// Renames within this directory or into another; what has that name there is replaced.
    package func move(_ name: String, to other: OpenDirectory, as newName: String) throws(FileFailure) {
        guard unsafe renameat(descriptor, name, other.descriptor, newName) == 0 else {
            throw FileFailure(operation: "rename", path: other.place(newName))
        }
    }

    /// Removes a file or a link, never what it leads to; it need not be there.
    package func remove(_ name: String) throws(FileFailure) {
        guard unsafe unlinkat(descriptor, name, 0) == 0 || errno == ENOENT else {
            throw FileFailure(operation: "remove", path: place(name))
        }
    }

    /// Removes a directory of ours with all that is in it; it need not be there. A link in its place is refused.
    package func removeTree(_ name: String) throws(FileFailure) {
        guard let folder = try subdirectory(name) else { return }
        for inner in try DurableFile.names(ofOpen: folder.descriptor, path: folder.path) {
            var status = stat()
            guard unsafe fstatat(folder.descriptor, inner, &status, AT_SYMLINK_NOFOLLOW) == 0 else { continue }
            if status.st_mode & S_IFMT == S_IFDIR { try folder.removeTree(inner) } else { try folder.remove(inner) }
        }
        guard unsafe unlinkat(descriptor, name, AT_REMOVEDIR) == 0 || errno == ENOENT else {
            throw FileFailure(operation: "remove", path: place(name))
        }
    }

    /// Makes renames, creations and removals here last.
    package func synchronize() throws(FileFailure) {
        guard fsync(descriptor) == 0 else { throw FileFailure(operation: "fsync", path: path) }
    }

    private func place(_ name: String) -> String { path + "/" + name }

    private static func failure(_ path: String) -> FileFailure {
        errno == ENOTDIR || errno == ELOOP
            ? FileFailure(path: path, refusal: .notADirectory) : FileFailure(operation: "open", path: path)
    }
}

extension DurableFile {
    /// Removes a directory with all that is in it, durably; it need not be there. Nothing in it is followed, and a link in its place is refused.
    package static func removeTree(_ path: String) throws(FileFailure) {
        let parent = try OpenDirectory(directory(of: path))
        guard let name = path.split(separator: "/").last else { return }
        try parent.removeTree(String(name))
        try parent.synchronize()
    }

    /// Makes a directory with exactly `mode` and those above it with 0755; existing ones are left as they are.
    package static func makeDirectories(_ path: String, mode: UInt32) throws(FileFailure) {
        for end in path.indices where path[end] == "/" && end != path.startIndex {
            let above = String(path[..<end])
            if !exists(above) { try makeDirectory(above, mode: 0o755) }
        }
        try makeDirectory(path, mode: mode)
        _ = try OpenDirectory(path)
    }
}
