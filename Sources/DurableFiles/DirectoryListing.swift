import Glibc

extension DurableFile {
    /// The names in a directory, hidden ones too, sorted. A directory that is not there is a failure like one that cannot be read.
    package static func names(in directory: String) throws(FileFailure) -> [String] {
        let descriptor = unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileFailure(operation: "list", path: directory) }
        defer { close(descriptor) }
        return try names(ofOpen: descriptor, path: directory)
    }

    /// The names in an open directory, which stays open.
    static func names(ofOpen descriptor: Int32, path directory: String) throws(FileFailure) -> [String] {
        // Of its own, because reading a stream moves and closing it closes what it was made from.
        let own = unsafe openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard own >= 0, let stream = unsafe fdopendir(own) else {
            let failure = FileFailure(operation: "list", path: directory)
            if own >= 0 { close(own) }
            throw failure
        }
        defer { _ = unsafe closedir(stream) }
        var names: [String] = []
        while true {
            // The end and a failure look alike but for this.
            errno = 0
            guard let entry = unsafe readdir(stream) else { break }
            unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
                names.append(unsafe String(cString: UnsafeRawPointer(name).assumingMemoryBound(to: CChar.self)))
            }
        }
        guard errno == 0 else { throw FileFailure(operation: "list", path: directory) }
        return names.filter { $0 != "." && $0 != ".." }.sorted()
    }

    /// The names in a directory; nil when nothing is there, and only then.
    package static func namesIfPresent(in directory: String) throws(FileFailure) -> [String]? {
        do throws(FileFailure) { return try names(in: directory) } catch {
            guard error.isAbsence else { throw error }
            return nil
        }
    }

    /// All bytes of a file, at most `limit`; nil when nothing is there, and only then: what cannot be read is not taken for missing.
    package static func readIfPresent(_ path: String, limit: Int = 256 << 20) throws(FileFailure) -> [UInt8]? {
        do throws(FileFailure) { return try read(path, limit: limit) } catch {
            guard error.isAbsence else { throw error }
            return nil
        }
    }
}

extension FileFailure {
    /// Whether nothing had that name.
    package var isAbsence: Bool { number == ENOENT }
}
