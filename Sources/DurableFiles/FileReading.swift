import Glibc

extension DurableFile {
    /// All bytes of a file, at most `limit`.
    package static func read(_ path: String, limit: Int = 256 << 20) throws(FileFailure) -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileFailure(operation: "open", path: path) }
        defer { close(descriptor) }
        return try readAll(descriptor, path: path, limit: limit)
    }

    static func readAll(_ descriptor: Int32, path: String, limit: Int) throws(FileFailure) -> [UInt8] {
        var bytes: [UInt8] = []
        var status = stat()
        // In one piece: a list of a million entries must not be moved while it is read.
        if unsafe fstat(descriptor, &status) == 0 { bytes.reserveCapacity(min(max(0, Int(status.st_size)), limit)) }
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw FileFailure(operation: "read", path: path) }
            if count == 0 { return bytes }
            guard bytes.count + count <= limit else {
                errno = EFBIG
                throw FileFailure(operation: "read", path: path)
            }
            bytes.append(contentsOf: chunk[..<count])
        }
    }

    /// False when nothing exists at `path`. What cannot be looked at may be there, so it counts as there: using it then says why it cannot be.
    package static func exists(_ path: String) -> Bool {
        unsafe access(path, F_OK) == 0 || (errno != ENOENT && errno != ENOTDIR)
    }

    /// Gives a file or directory exactly these permission bits.
    package static func setMode(of path: String, _ mode: UInt32) throws(FileFailure) {
        guard unsafe chmod(path, mode) == 0 else { throw FileFailure(operation: "chmod", path: path) }
    }

    /// Makes a directory with exactly `mode`; an existing directory is kept as it is.
    package static func makeDirectory(_ path: String, mode: UInt32) throws(FileFailure) {
        if unsafe mkdir(path, mode) == 0 {
            try setMode(of: path, mode)
        } else if errno != EEXIST {
            throw FileFailure(operation: "mkdir", path: path)
        }
    }
}

extension DurableFile {
    /// Makes a directory, or makes sure that what is there is one itself and no link to one.
    package static func makeOwnDirectory(_ path: String, mode: UInt32) throws(FileFailure) {
        try makeDirectory(path, mode: mode)
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { throw FileFailure(operation: "stat", path: path) }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            errno = ENOTDIR
            throw FileFailure(operation: "open", path: path)
        }
    }

    /// Removes a file, durably; one that is not there is no failure.
    package static func remove(_ path: String) throws(FileFailure) {
        guard unsafe unlink(path) == 0 || errno == ENOENT else { throw FileFailure(operation: "remove", path: path) }
        try synchronizeDirectory(of: path)
    }
}
