import DurableFiles
import Foundation
package import KeyCustody
import Ledger
package import PKI
import SQLiteLedger

/// Writes a sealed backup of a data directory, beside a running server too.
package struct Backup {
    private let directory: DataDirectory
    private let secret: SealingSecret

    package init(directory: DataDirectory, secret: SealingSecret) {
        (self.directory, self.secret) = (directory, secret)
    }

    /// What the operator is told.
    package struct Outcome {
        package let manifest: BackupManifest
        package let files: Int
        package let octets: Int64
        package let isOnStandardOutput: Bool
    }

    /// - Parameter progress: told what is done, for people.
    package func write(
        to path: String, now: UnixTime, using generator: inout some RandomNumberGenerator, progress: @escaping (String) -> Void
    ) throws -> Outcome {
        // Two at once would take each other's copy of the ledger.
        let lock = try lock()
        defer { lock.release() }
        try removeSnapshot()
        // Looked at before the work begins: a wrong place is told at once.
        let destination = try FileDestination(path)
        if destination.isFile { try DurableFile.removeLeftovers(of: destination.path) }
        guard DurableFile.exists(directory.ledger) else {
            throw OperatorError(summary: "there is no ledger \(directory.ledger)", remedy: "name the directory of a CA")
        }
        let head = try LedgerSnapshot.take(
            of: directory.ledger, to: snapshot, progress: Percentage(of: "copying the ledger", progress).tell)
        do {
            let manifest = BackupManifest(createdAt: now, headID: head.id, headHash: hexadecimal(head.hash))
            let outcome = try seal(manifest, to: path, using: &generator, progress: progress)
            try removeSnapshot()
            return outcome
        } catch {
            try removeSnapshot()
            throw error
        }
    }

    private func seal(
        _ manifest: BackupManifest, to path: String, using generator: inout some RandomNumberGenerator,
        progress: @escaping (String) -> Void
    ) throws -> Outcome {
        let output = try FileReplacement(path, mode: 0o600)
        let archive = ArchiveWriter(stream: try StreamSealer(to: output, path: path, secret: secret, using: &generator))
        if let file = BackupFile(BackupFile.manifestName) { try archive.add(file, try manifest.json) }
        // What was published comes after the ledger: that it may be newer than the ledger is what a recovery is for.
        let files = try presentFiles()
        for file in files { try add(file, to: archive) }
        if let ledger = BackupFile(BackupFile.ledgerName) {
            let percentage = Percentage(of: "sealing the ledger", progress)
            try archive.add(ledger, from: snapshot) { done, all in percentage.tell(Int(done * 100 / max(all, 1))) }
        }
        try archive.finish()
        return Outcome(
            manifest: manifest, files: files.count + 1, octets: output.octets,
            isOnStandardOutput: try FileDestination(path).isStandardOutput)
    }

    private func add(_ file: BackupFile, to archive: ArchiveWriter) throws {
        do { try archive.add(file, from: "\(directory.path)/\(file.name)") } catch {
            // A running server publishes beside us: a numbered copy of a list makes way for a newer one.
            guard case .file(let failure) = error, failure.isAbsence, file.isCopyOfList else { throw error }
        }
    }

    /// Every file that is there and may be in a backup, but for the ledger. A folder that cannot be read is no empty one.
    func presentFiles() throws -> [BackupFile] {
        let files = try ([""] + BackupFile.folders.map { "\($0.name)/" }).flatMap { folder in
            try (DurableFile.namesIfPresent(in: "\(directory.path)/\(folder)") ?? []).compactMap { BackupFile(folder + $0) }
        }.filter { $0.name != BackupFile.ledgerName && $0.name != BackupFile.manifestName }
        let issuers = try IssuerList.read(directory).entries.flatMap { [$0.certificate, $0.key] }
        for name in ["config.yaml", "root.pem"] + issuers
        where !files.contains(where: { $0.name == name }) {
            throw OperatorError(
                summary: "\(directory.path) has no \(name)", remedy: "a backup without it would be of no use: restore it first")
        }
        return files
    }

    private func lock() throws -> FileLock {
        do { return try FileLock(path: "\(directory.path)/backup.lock") } catch {
            guard error.isHeldElsewhere else { throw error }
            throw OperatorError(summary: "another backup of \(directory.path) is under way", remedy: "wait for its end")
        }
    }

    /// The copy of the ledger, for as long as it takes: no less open than the ledger itself.
    private var snapshot: String { "\(directory.ledger).backup" }

    private func removeSnapshot() throws {
        for suffix in ["", "-journal", "-wal", "-shm"] where DurableFile.exists(snapshot + suffix) {
            try DurableFile.remove(snapshot + suffix)
        }
    }
}

/// Tells every tenth part of something long.
private final class Percentage {
    private let what: String
    private let progress: (String) -> Void
    private var told = 0

    init(of what: String, _ progress: @escaping (String) -> Void) {
        (self.what, self.progress) = (what, progress)
    }

    func tell(_ percent: Int) {
        guard percent >= told + 10 else { return }
        told = percent / 10 * 10
        progress("\(what): \(told) %")
    }
}
