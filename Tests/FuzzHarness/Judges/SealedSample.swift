import DurableFiles
import Foundation
import KeyCustody

/// A sealed stream that is the same in every process, and the secret it opens with.
struct SealedSample {
    static let shared = Result { try SealedSample() }
    static let plaintext = Array("what was backed up".utf8)

    let octets: [UInt8]
    private let secret: SealingSecret
    private let folder: String

    private init() throws {
        // Memory where there is some: a file is written for each input.
        let parent = FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()
        let folder = parent + "/signet-fuzz-\(ProcessInfo.processInfo.processIdentifier)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var numbers = CountingNumbers()
        secret = try SealingSecret.createKeyFile(folder + "/key", using: &numbers)
        let path = folder + "/sealed"
        let sealer = try StreamSealer(to: FileReplacement(path, mode: 0o600), path: path, secret: secret, using: &numbers)
        try sealer.append(Self.plaintext)
        try sealer.finish()
        octets = try DurableFile.read(path)
        self.folder = folder
    }

    /// What opens of a file with these octets; in a folder of its own, for tests ask at the same time.
    func open(_ octets: [UInt8]) throws -> [UInt8] {
        let folder = folder + "-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/input"
        try Data(octets).write(to: URL(filePath: path))
        return try StreamOpener(InputFile(path), secret: secret).read(1 << 20)
    }
}

/// Not random at all: salts and nonces that stay the same.
private struct CountingNumbers: RandomNumberGenerator {
    private var state: UInt64 = 0

    mutating func next() -> UInt64 {
        state += 1
        return state
    }
}
