import DurableFiles
import Foundation
import Glibc

/// Files that hold secrets: their owner's alone from the moment they exist, and refused when anybody else can get at them.
package enum SecretFile {
    /// Makes a file that must not exist yet, readable by its owner alone.
    package static func create(_ bytes: [UInt8], at path: String) throws(KeyCustodyError) {
        do { try DurableFile.create(path, with: bytes, mode: 0o600) } catch {
            throw error.number == EEXIST ? .fileExists(path: path) : .unwritable(error)
        }
    }

    /// The file's octets; a link is followed and its target judged.
    /// - Parameter limit: in octets; more is refused.
    package static func read(_ path: String, limit: Int = 4_096) throws(KeyCustodyError) -> [UInt8] {
        let file = try OpenFile(reading: path)
        let (isRegular, permissions) = try file.status()
        guard isRegular else { throw .notAFile(path: path) }
        guard permissions.isOwn else { throw .fileForeign(path: path, owner: permissions.owner) }
        guard permissions.isClosed else { throw .fileExposed(path: path, mode: permissions.mode) }
        return try file.read(limit: limit)
    }

    /// The file's text without the white space around it, as for a token.
    package static func readText(_ path: String, limit: Int = 4_096) throws(KeyCustodyError) -> String {
        let octets = try read(path, limit: limit)
        guard let text = String(validating: octets, as: UTF8.self) else { throw .unreadable(path: path, reason: "not UTF-8 text") }
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
