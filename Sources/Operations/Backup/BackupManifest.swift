import Foundation
package import PKI

/// What a backup says of itself; after a restore it lies beside the ledger, as the mark that the ledger may be older than the world.
package struct BackupManifest: Codable, Equatable {
    var version = 1
    package var created_at: UnixTime
    package var audit_head: Head
    /// Set by `restore`.
    var restored_at: UnixTime?

    /// The newest row of the audit log in the backup.
    package struct Head: Codable, Equatable {
        package var id: Int64
        /// Hexadecimal.
        var hash: String
    }

    var json: [UInt8] {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
            return Array(try encoder.encode(self)) + [0x0A]
        }
    }

    init(createdAt: UnixTime, headID: Int64, headHash: String) {
        created_at = createdAt
        audit_head = Head(id: headID, hash: headHash)
    }

    init(json: [UInt8]) throws(OperatorError) {
        do { self = try JSONDecoder().decode(Self.self, from: Data(json)) } catch {
            throw OperatorError(summary: "the backup's manifest cannot be read", remedy: "use another backup")
        }
        guard version == 1 else {
            throw OperatorError(
                summary: "the backup has the unknown version \(version)", remedy: "use the version of this program that made it")
        }
    }
}
