import GRDB

/// The table `compromised_key`: keys that no certificate may have any more.
struct CompromisedKeyTable {
    let db: Database

    /// True when a certificate with this key was revoked for keyCompromise.
    func contains(_ publicKeySHA256: [UInt8]) throws -> Bool {
        try db.hasRow("SELECT 1 FROM compromised_key WHERE spki_sha256 = ?", .blob(publicKeySHA256))
    }

    /// Adds a key; one that is there already stays.
    func insert(_ publicKeySHA256: [UInt8]) throws {
        try db.change("INSERT INTO compromised_key (spki_sha256) VALUES (?) ON CONFLICT DO NOTHING", .blob(publicKeySHA256))
    }
}
