import Glibc
import Synchronization

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

/// What is being written has a name beside its place, `<place>.<process>.<number>.tmp`; whoever is killed meanwhile leaves it.
extension DurableFile {
    /// A name that no other writer uses, of this process or another.
    package static func temporaryName(beside path: String) -> String {
        "\(path).\(getpid()).\(counter.wrappingAdd(1, ordering: .relaxed).newValue).tmp"
    }

    /// Removes what writers that were killed left in a directory; those that live keep theirs. For the start of a program, before it writes.
    package static func removeLeftovers(in directory: String) throws(FileFailure) {
        for name in try names(in: directory) where isLeftover(name) { _ = unsafe unlink("\(directory)/\(name)") }
    }

    /// The same for what was to take one place.
    package static func removeLeftovers(of path: String) throws(FileFailure) {
        for leftover in try leftovers(of: path) { _ = unsafe unlink(leftover) }
    }

    /// The paths of what killed writers left beside the place that it was to take.
    package static func leftovers(of path: String) throws(FileFailure) -> [String] {
        let place = path.lastIndex(of: "/").map { path[path.index(after: $0)...] } ?? path[...]
        let directory = directory(of: path)
        return try names(in: directory).filter { name in
            name.hasPrefix("\(place).") && name.dropFirst(place.count + 1).count { $0 == "." } == 2 && isLeftover(name)
        }.map { "\(directory)/\($0)" }
    }

    private static func isLeftover(_ name: String) -> Bool {
        let parts = name.split(separator: ".").suffix(3)
        guard parts.count == 3, parts.last == "tmp", let writer = parts.first.flatMap({ pid_t($0) }) else { return false }
        // In a container the next process has the number of the last one.
        return writer == getpid() || (kill(writer, 0) != 0 && errno == ESRCH)
    }

    private static let counter = Atomic<Int>(0)
}
