import GRDB
import Ledger
import PKI

/// The table `held_name`: names other than its own for which an identity was ever certified.
struct HeldNameTable {
    let db: Database

    /// Notes the names of a certificate beside its identity's own.
    func insert(_ certificate: CertificateRecord, identity: Int64) throws {
        guard !certificate.namesItsHolderAlone else { return }
        for name in certificate.heldNames where name != certificate.identity.name {
            try add(name, identity: identity)
        }
    }

    private func add(_ name: String, identity: Int64) throws {
        try db.change("INSERT INTO held_name (name, identity_id) VALUES (?, ?) ON CONFLICT DO NOTHING", .text(name), .integer(identity))
    }

    /// The first name of a certificate that another identity holds: it has a certificate with the name that is good; or it is suspended, and the
    /// name is its own or stands in a certificate that has not expired. A wildcard and the names that it covers are one.
    /// - Parameter now: seconds since 1970.
    func sharedName(of certificate: CertificateRecord, at now: Int64) throws -> SharedName? {
        for name in certificate.heldNames.sorted() {
            for (candidate, spelling) in try candidates(name) {
                let identity = try IdentityTable(db: db).get(id: candidate)
                guard identity.record.name != certificate.identity else { continue }
                if try holds(identity, spelling, at: now) { return SharedName(name: spelling, holder: identity.record.name) }
            }
        }
        return nil
    }

    /// Notes the names of every certificate.
    func fill() throws {
        try forEachUse { name, identity in try add(name, identity: identity) }
    }

    /// Goes through the names of all certificates that are not their identity's own. Most certificates have none.
    func forEachUse(_ body: (_ name: String, _ identity: Int64) throws -> Void) throws {
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

    private func holds(_ identity: StoredIdentity, _ name: String, at now: Int64) throws -> Bool {
        let certificates = CertificateTable(db: db)
        let isSuspended = identity.record.suspendedAt != nil
        if isSuspended, identity.record.name.name == name { return true }
        let standing = isSuspended ? certificates.unexpired(identity:at:) : certificates.live(identity:at:)
        return try standing(identity.id, now).contains { $0.record.heldNames.contains(name) }
    }

    /// Identities that have, or had once, the name or one that means the same hosts; each with its spelling.
    private func candidates(_ name: String) throws -> [(identity: Int64, spelling: String)] {
        var found = try identities(named: name)
        guard !name.contains(":"), let dot = name.firstIndex(of: ".") else { return found }
        let parent = String(name[dot...])
        found += name.hasPrefix("*.") ? try identities(ending: parent) : try identities(named: "*" + parent)
        return found
    }

    private func identities(named name: String) throws -> [(identity: Int64, spelling: String)] {
        let sql = "SELECT id FROM identity WHERE name = ?1 UNION SELECT identity_id FROM held_name WHERE name = ?1"
        return try db.all(sql, [.text(name)]) { columns in (try columns.next(), name) }
    }

    /// Looks through all names, for a wildcard: few profiles permit any.
    private func identities(ending parent: String) throws -> [(identity: Int64, spelling: String)] {
        let sql = """
            SELECT id, name FROM identity WHERE substr(name, -length(?1)) = ?1
            UNION SELECT identity_id, name FROM held_name WHERE substr(name, -length(?1)) = ?1
            """
        let found: [(identity: Int64, spelling: String)] = try db.all(sql, [.text(parent)]) { columns in
            (try columns.next(), try columns.next())
        }
        return found.filter { !$0.spelling.dropLast(parent.count).contains(".") && $0.spelling.first != "*" }
    }
}
