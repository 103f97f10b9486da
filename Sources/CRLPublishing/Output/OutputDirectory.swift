import DurableFiles
import Foundation
import Glibc

/// A step of writing the output directory; after each of them every file in it is whole.
package enum WriteStep: Sendable, Equatable {
    /// Writes the new content beside the file.
    case prepare(String)
    /// Notes that the reload command has to run.
    case oweReload
    /// Puts the new content in the file's place.
    case replace(String)
    /// Makes the new names durable.
    case synchronize
}

/// The directory that brokers and servers read their lists from.
///
/// All new content is written and synced under hidden names first, so that a full disk is met before anything is replaced; then each file is
/// replaced by a rename. A reader never meets a missing, empty or half-written file.
package struct OutputDirectory: Sendable {
    let path: String
    let before: @Sendable (WriteStep) throws(PublishingFailure) -> Void

    /// - Parameters:
    ///   - path: made when it does not exist.
    ///   - before: is called before each step; what it throws stops there.
    package init(path: String, before: @escaping @Sendable (WriteStep) throws(PublishingFailure) -> Void = { _ in }) {
        self.path = path
        self.before = before
    }

    /// Makes the directory, takes its lock and removes what an interrupted publisher left.
    func open() throws(PublishingFailure) -> FileLock {
        try attempt { () throws(FileFailure) in
            try DurableFile.makeDirectories(path, mode: 0o755)
            try OpenDirectory(path).requireOwn()
        }
        let lock = try takeLock()
        for name in try names() where name.hasPrefix(".") && name.hasSuffix(".tmp") { try remove(name) }
        return lock
    }

    /// Two publishers would overwrite each other's unfinished files.
    private func takeLock() throws(PublishingFailure) -> FileLock {
        do { return try FileLock(path: path + "/.publisher.lock") } catch {
            throw error.isHeldElsewhere ? .outputBusy(path: path) : .output(error)
        }
    }

    /// Replaces the files that differ, in their order.
    ///
    /// - Parameter announce: is called with the changed files before the first of them is replaced.
    /// - Returns: the files that were replaced.
    func write(
        _ files: [OutputFile], announce: ([OutputFile]) throws(PublishingFailure) -> Void
    ) throws(PublishingFailure) -> [OutputFile] {
        var changed: [OutputFile] = []
        for file in files where try !holds(file) { changed.append(file) }
        guard !changed.isEmpty else { return [] }
        do throws(PublishingFailure) {
            for file in changed { try prepare(file) }
            try announce(changed)
            for file in changed { try replace(file) }
            try before(.synchronize)
            try attempt { () throws(FileFailure) in try DurableFile.synchronizeDirectory(of: path + "/.") }
        } catch {
            for file in changed { try remove(temporary(file.name)) }
            throw error
        }
        return changed
    }

    /// The names of all files, hidden ones too.
    func names() throws(PublishingFailure) -> [String] {
        try attempt { () throws(FileFailure) in try DurableFile.names(in: path) }
    }

    /// What a file holds; nil when there is none.
    func content(_ name: String) throws(PublishingFailure) -> [UInt8]? {
        let file = path + "/" + name
        guard DurableFile.exists(file) else { return nil }
        // A bundle of the largest lists is longer than what a reader expects by default.
        return try attempt { () throws(FileFailure) in try DurableFile.read(file, limit: 4 << 30) }
    }

    /// Whether a file is there and holds just this, compared piece by piece.
    func holds(_ file: OutputFile) throws(PublishingFailure) -> Bool {
        let path = path + "/" + file.name
        try attempt { () throws(FileFailure) in try FileDestination(path).requireFile() }
        guard DurableFile.exists(path) else { return false }
        do throws(Mismatch) {
            let found = try Mismatch.attempt { () throws(FileFailure) in try InputFile(path) }
            try file.eachPiece { piece throws(Mismatch) in
                var start = piece.startIndex
                while start < piece.endIndex {
                    let wanted = piece[start..<min(start + 1 << 18, piece.endIndex)]
                    let octets = try Mismatch.attempt { () throws(FileFailure) in try found.read(wanted.count) }
                    guard wanted.elementsEqual(octets) else { throw .differs }
                    start = wanted.endIndex
                }
            }
            return try Mismatch.attempt { () throws(FileFailure) in try found.read(1) }.isEmpty
        } catch {
            switch error {
            case .differs: return false
            case .failed(let failure): throw .output(failure)
            }
        }
    }

    private enum Mismatch: Error {
        case differs
        case failed(FileFailure)

        static func attempt<Value>(_ body: () throws(FileFailure) -> Value) throws(Mismatch) -> Value {
            do throws(FileFailure) { return try body() } catch { throw .failed(error) }
        }
    }

    /// Removes a file; one that does not exist is removed already.
    func remove(_ name: String) throws(PublishingFailure) {
        let file = path + "/" + name
        guard unsafe unlink(file) == 0 || errno == ENOENT else { throw .output(FileFailure(operation: "unlink", path: file)) }
    }

    func attempt<Value>(_ body: () throws(FileFailure) -> Value) throws(PublishingFailure) -> Value {
        do throws(FileFailure) {
            return try body()
        } catch {
            throw .output(error)
        }
    }

    private func prepare(_ file: OutputFile) throws(PublishingFailure) {
        try before(.prepare(file.name))
        try remove(temporary(file.name))
        // 0644: brokers and servers run as other users.
        try attempt { () throws(FileFailure) in
            let place = try FileDestination(path + "/" + file.name)
            try place.requireFile()
            let prepared = try FileReplacement(
                FileDestination(path + "/" + temporary(file.name)), mode: 0o644, as: place.permissions)
            try file.eachPiece { piece throws(FileFailure) in try prepared.append(piece) }
            try prepared.commit()
        }
    }

    private func replace(_ file: OutputFile) throws(PublishingFailure) {
        try before(.replace(file.name))
        let (prepared, target) = (path + "/" + temporary(file.name), path + "/" + file.name)
        try attempt { () throws(FileFailure) in
            // Where a link stands, the file that it leads to is replaced, wherever that is.
            guard try FileDestination(target).path == target else {
                let copy = try FileReplacement(target, mode: 0o644)
                try copy.append(contentsOf: prepared)
                try copy.commit()
                guard unsafe unlink(prepared) == 0 else { throw FileFailure(operation: "unlink", path: prepared) }
                return
            }
            guard unsafe rename(prepared, target) == 0 else { throw FileFailure(operation: "rename", path: target) }
        }
    }

    private func temporary(_ name: String) -> String { "." + name + ".tmp" }
}

/// A mark in the output directory that a change was published and its reload command has not succeeded yet.
///
/// It is on the disk before the first file is replaced, so a publisher that was killed between the two runs the command when it starts again.
extension OutputDirectory {
    private var mark: String { ".reload-owed" }

    func oweReload() throws(PublishingFailure) {
        try before(.oweReload)
        if owesReload() { return }
        try attempt { () throws(FileFailure) in try DurableFile.create(path + "/" + mark, with: [], mode: 0o600) }
    }

    func owesReload() -> Bool {
        DurableFile.exists(path + "/" + mark)
    }

    func settleReload() throws(PublishingFailure) {
        try remove(mark)
    }
}

/// Marks by which a publisher sees, without reading them, that somebody else touched its files.
struct FileSignatures: Sendable, Equatable {
    private struct Signature: Sendable, Equatable {
        let inode: UInt64?
        let size: UInt64?
        let modified: Date?
    }

    private let signatures: [Signature]

    /// A file that cannot be looked at has the signature of no file.
    init(of names: [String], in directory: OutputDirectory) {
        signatures = names.map { name in
            let attributes: [FileAttributeKey: Any]
            do {
                attributes = try FileManager.default.attributesOfItem(atPath: directory.path + "/" + name)
            } catch {
                attributes = [:]
            }
            return Signature(
                inode: (attributes[.systemFileNumber] as? NSNumber)?.uint64Value, size: (attributes[.size] as? NSNumber)?.uint64Value,
                modified: attributes[.modificationDate] as? Date)
        }
    }
}
