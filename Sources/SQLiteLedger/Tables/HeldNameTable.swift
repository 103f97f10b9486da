import GRDB
import Ledger
import PKI

/// The table `held_name`: names other than its own for which an identity was ever certified.
extension SQLiteRows {
    func holders(ofName name: String) throws -> [NameHolder] {
        let sql = "SELECT id FROM identity WHERE name = ?1 UNION SELECT identity_id FROM held_name WHERE name = ?1"
        return try db.all(sql, [.text(name)]) { columns in (try columns.next(), name) }
    }

    func holders(ofNamesEnding end: String) throws -> [NameHolder] {
        let sql = """
            SELECT id, name FROM identity WHERE substr(name, -length(?1)) = ?1
            UNION SELECT identity_id, name FROM held_name WHERE substr(name, -length(?1)) = ?1
            """
        return try db.all(sql, [.text(end)]) { columns in (try columns.next(), try columns.next()) }
    }

    /// Goes through the names of all certificates that are not their identity's own. Most certificates have none.
    func forEachHeldName(_ body: (_ name: String, _ identity: Int64) throws -> Void) throws {
        let sql = """
            SELECT i.id, i.name, c.common_name, c.sans FROM certificate c JOIN identity i ON i.id = c.identity_id
            WHERE c.sans <> '["URI:urn:uuid:' || i.name || '"]' AND c.sans <> '["DNS:' || i.name || '"]'
            """
        try db.forEach(sql, []) { columns in
            let (id, own) = (try columns.next(Int64.self), try columns.next(String.self))
            let names = CertificateRecord.heldNames(commonName: try columns.next(), alternatives: try JSONText.list(from: columns.next()))
            for name in names where name != own { try body(name, id) }
        }
    }
}

extension WriteGroup {
    func insertHeldName(_ name: String, identity: Int64) throws {
        try db.change("INSERT INTO held_name (name, identity_id) VALUES (?, ?) ON CONFLICT DO NOTHING", .text(name), .integer(identity))
    }
}
