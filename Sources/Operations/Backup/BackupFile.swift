import Foundation
import Glibc
package import PKI

/// A file that a backup may hold, by its name below the data directory. Nothing else is taken in, and nothing else is put back: no name leads
/// out of the directory. Keys that open keys, tokens and everything of the root but its certificate are in none.
struct BackupFile: Hashable {
    static let manifestName = "manifest.json"
    static let ledgerName = "ledger.sqlite"

    let name: String
    /// Permission bits when it is put back.
    let mode: mode_t

    /// nil for every other name.
    init?(_ name: String) {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        switch parts.count {
        case 1 where [Self.ledgerName, Self.manifestName].contains(name): mode = 0o600
        case 1 where ["config.yaml", "issuers.yaml", "root.pem", "chain.pem"].contains(name): mode = 0o644
        case 2 where parts[0] == "issuers" && IssuerFile.isName(parts[1], ending: ".pem"): mode = 0o644
        case 2 where parts[0] == "issuers" && IssuerFile.isName(parts[1], ending: ".key"): mode = 0o600
        case 2 where parts[0] == "published" && Self.isPublished(parts[1]): mode = 0o644
        case 2 where name == "policies/limits.yaml": mode = 0o644
        case 3 where parts[0] == "policies" && ["profiles", "access"].contains(parts[1]) && Self.isPolicy(parts[2]): mode = 0o644
        default: return nil
        }
        self.name = name
    }

    /// Folders that files are in, outermost first, with their modes.
    static let folders: [(name: String, mode: mode_t)] = [
        ("issuers", 0o700), ("policies", 0o755), ("policies/profiles", 0o755), ("policies/access", 0o755), ("published", 0o755),
    ]

    private static func isPolicy(_ name: String) -> Bool {
        let isPlain = { (octet: UInt8) in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(octet) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(octet)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(octet)
                || [UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ".")].contains(octet)
        }
        return name.hasSuffix(".yaml") && !name.hasPrefix(".") && (6...128).contains(name.utf8.count)
            && name.utf8.dropLast(5).allSatisfy(isPlain)
    }

    /// Whether it is a list by its number, of which a server keeps the last two.
    var isCopyOfList: Bool { name.hasPrefix("published/") && Self.isCopy(name.dropFirst("published/".count)) }

    private static func isPublished(_ name: String) -> Bool {
        if ["index.json", "bundle.crl.pem", "root.pem"].contains(name) || isCopy(name[...]) { return true }
        return [".cer", ".crl", ".crl.pem"].contains { name.hasSuffix($0) && IssuerName(String(name.dropLast($0.count))) != nil }
    }

    private static func isCopy(_ name: Substring) -> Bool {
        guard let hyphen = name.lastIndex(of: "-"), let issuer = IssuerName(String(name[..<hyphen])) else { return false }
        return IssuerName.copyNumber(in: String(name), of: issuer.description) != nil
    }
}

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
