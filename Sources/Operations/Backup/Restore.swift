import DurableFiles
import Foundation
import Glibc
package import KeyCustody
package import PKI

/// Puts a backup back. Nothing of it appears in the data directory before all of it has been authenticated.
package struct Restore {
    private let directory: DataDirectory
    private let secret: SealingSecret

    package init(directory: DataDirectory, secret: SealingSecret) {
        (self.directory, self.secret) = (directory, secret)
    }

    /// What the operator is told.
    package struct Outcome {
        package let manifest: BackupManifest
        /// Names of the files that were put back, and of those that were there and stayed.
        package fileprivate(set) var restored: [String] = []
        package fileprivate(set) var kept: [String] = []
    }

    package func run(from path: String, now: UnixTime) throws -> Outcome {
        let exists = DurableFile.exists(directory.path)
        let hadLock = DurableFile.exists(lockFile)
        let lock = exists ? try lockWithoutLedger() : nil
        var isDone = false
        defer {
            // What was refused leaves nothing behind.
            if lock != nil, !isDone, !hadLock { _ = unsafe unlink(lockFile) }
            lock?.release()
        }
        let archive = ArchiveReader(try StreamOpener(try InputFile(path), secret: secret))
        // Beside its place, in the same file system: then it takes it by a rename.
        let goal = exists ? Self.inside(directory) : "\(directory.path).restore"
        try Self.removeLeftovers(of: goal)
        if exists { try DurableFile.removeLeftovers(of: directory.restoredMark) }
        let staging = DurableFile.temporaryName(beside: goal)
        try DurableFile.makeDirectory(staging, mode: 0o700)
        do {
            var outcome = try unpack(archive, into: staging, now: now)
            if exists { try merge(staging, &outcome) } else { try place(staging) }
            isDone = true
            return outcome
        } catch {
            try? DurableFile.removeTree(staging)
            throw error
        }
    }

    /// Removes what restores into this directory that were killed had unpacked: a whole ledger and sealed keys.
    static func removeLeftovers(in directory: DataDirectory) throws { try removeLeftovers(of: inside(directory)) }

    private static func removeLeftovers(of place: String) throws {
        for path in try DurableFile.leftovers(of: place) { try DurableFile.removeTree(path) }
    }

    private static func inside(_ directory: DataDirectory) -> String { "\(directory.path)/.restore" }

    private var lockFile: String { "\(directory.ledger).lock" }

    private func unpack(_ archive: ArchiveReader, into staging: String, now: UnixTime) throws -> Outcome {
        var archive = archive
        var manifest: BackupManifest?
        var names: [String] = []
        for folder in BackupFile.folders { try DurableFile.makeDirectory("\(staging)/\(folder.name)", mode: folder.mode) }
        while let (file, size) = try archive.next() {
            if file.name == BackupFile.manifestName {
                manifest = try BackupManifest(json: archive.content(size: size, limit: 1 << 16))
                continue
            }
            let output = try FileReplacement("\(staging)/\(file.name)", mode: file.mode)
            try archive.copy(size: size, to: output)
            try output.commit()
            names.append(file.name)
        }
        guard var manifest, names.contains(BackupFile.ledgerName) else {
            throw OperatorError(summary: "the backup holds no ledger or no manifest", remedy: "use a file that ca-server backup wrote")
        }
        manifest.restored_at = now
        try DurableFile.create(DataDirectory(staging).restoredMark, with: try manifest.json, mode: 0o600)
        return Outcome(manifest: manifest, restored: names)
    }

    private func place(_ staging: String) throws {
        for folder in BackupFile.folders { try DurableFile.synchronizeDirectory(of: "\(staging)/\(folder.name)/.") }
        guard unsafe rename(staging, directory.path) == 0 else { throw FileFailure(operation: "rename", path: directory.path) }
        try DurableFile.synchronizeDirectory(of: directory.path)
    }

    /// Puts back what is missing. The mark comes first and the ledger last: whatever stops us, no ledger lies there without its mark.
    private func merge(_ staging: String, _ outcome: inout Outcome) throws {
        try checkSameCA(staging)
        let mark = DataDirectory(staging).restoredMark
        try DurableFile.replace(directory.restoredMark, with: try DurableFile.read(mark), mode: 0o600)
        for folder in BackupFile.folders { try DurableFile.makeOwnDirectory("\(directory.path)/\(folder.name)", mode: folder.mode) }
        let names = outcome.restored.filter { $0 != BackupFile.ledgerName } + [BackupFile.ledgerName]
        outcome.restored = []
        for name in names {
            // A link never replaces what is there, and never follows it.
            if unsafe link("\(staging)/\(name)", "\(directory.path)/\(name)") == 0 {
                outcome.restored.append(name)
            } else {
                guard errno == EEXIST, name != BackupFile.ledgerName else { throw FileFailure(operation: "link", path: name) }
                outcome.kept.append(name)
            }
        }
        for folder in BackupFile.folders { try DurableFile.synchronizeDirectory(of: "\(directory.path)/\(folder.name)/.") }
        try DurableFile.synchronizeDirectory(of: "\(directory.path)/.")
        try DurableFile.removeTree(staging)
    }

    /// Refuses a directory with a ledger in it, or with the rest of one, which SQLite would take for the log of the restored one.
    private func lockWithoutLedger() throws -> FileLock {
        for suffix in ["", "-wal", "-shm", "-journal"] where DurableFile.exists(directory.ledger + suffix) {
            throw OperatorError(
                summary: "there is a ledger, or the rest of one: \(directory.ledger)\(suffix)",
                remedy: "stop the server and move \(directory.ledger)* to a safe place, or restore into another directory")
        }
        do { return try FileLock(path: lockFile) } catch {
            guard error.isHeldElsewhere else { throw error }
            throw OperatorError(summary: "a server is running on \(directory.path)", remedy: "stop it first")
        }
    }

    /// What stays must be the same CA's.
    private func checkSameCA(_ staging: String) throws {
        let certificates = try DurableFile.names(in: "\(staging)/issuers").filter { $0.hasSuffix(".pem") }
        for name in ["root.pem"] + certificates.map({ "issuers/\($0)" }) where DurableFile.exists("\(directory.path)/\(name)") {
            guard
                try DurableFile.read("\(directory.path)/\(name)", limit: 1 << 16) == DurableFile.read("\(staging)/\(name)", limit: 1 << 16)
            else {
                throw OperatorError(
                    summary: "\(directory.path)/\(name) is another CA's than the backup's", remedy: "restore into another directory")
            }
        }
    }
}
