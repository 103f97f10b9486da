import Foundation
import GRDB

/// The table `compromised_key`: keys that no certificate may have any more.
struct CompromisedKeyTable {
    let db: Database

    /// True when a certificate with this key was revoked for keyCompromise.
    func contains(_ publicKeySHA256: [UInt8]) throws -> Bool {
        let statement = try db.cachedStatement(sql: "SELECT 1 FROM compromised_key WHERE spki_sha256 = ?")
        return try Int.fetchOne(statement, arguments: [Data(publicKeySHA256)]) != nil
    }

    /// Adds a key; one that is there already stays.
    func insert(_ publicKeySHA256: [UInt8]) throws {
        try db.cachedStatement(sql: "INSERT INTO compromised_key (spki_sha256) VALUES (?) ON CONFLICT DO NOTHING")
            .execute(arguments: [Data(publicKeySHA256)])
    }
}
