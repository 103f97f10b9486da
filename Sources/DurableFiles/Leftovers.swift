import Glibc
import Synchronization

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
