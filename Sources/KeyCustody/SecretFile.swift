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
        let status = try file.status()
        guard status.isRegular else { throw .notAFile(path: path) }
        guard status.owner == geteuid() || status.owner == 0 else { throw .fileForeign(path: path, owner: status.owner) }
        guard isClosed(mode: status.mode, group: status.group) else { throw .fileExposed(path: path, mode: status.mode) }
        return try file.read(limit: limit)
    }

    /// Nobody but the owner, root's group and the groups of this process can read it, and nobody but the owner can change it. Kubernetes mounts
    /// secrets as root's, readable for the pod's group, whatever mode is asked for.
    private static func isClosed(mode: UInt32, group: UInt32) -> Bool {
        guard mode & 0o037 == 0 else { return false }
        return mode & 0o040 == 0 || group == 0 || ownGroups.contains(group)
    }

    private static var ownGroups: [gid_t] {
        var groups = [gid_t](repeating: 0, count: Int(max(0, getgroups(0, nil))))
        let count = unsafe getgroups(Int32(groups.count), &groups)
        return groups.prefix(Int(max(0, count))) + [getegid()]
    }

    /// The file's text without the white space around it, as for a token.
    package static func readText(_ path: String, limit: Int = 4_096) throws(KeyCustodyError) -> String {
        let octets = try read(path, limit: limit)
        guard let text = String(validating: octets, as: UTF8.self) else { throw .unreadable(path: path, reason: "not UTF-8 text") }
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
