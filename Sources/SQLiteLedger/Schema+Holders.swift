extension Schema {
    /// Migration 0004. `held_name` has a row for every name that an identity was ever certified for beside its own; whether it still holds it, its
    /// certificates say. The index on keys has their first 8 octets: enough to find them, and a quarter of the size.
    static let holders = """
        CREATE TABLE held_name (
            name TEXT NOT NULL,
            identity_id INTEGER NOT NULL REFERENCES identity (id),
            PRIMARY KEY (name, identity_id)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO held_name (name, identity_id)
            SELECT DISTINCT CASE WHEN n.value LIKE 'DNS:%' THEN substr(n.value, 5)
                WHEN n.value LIKE 'URI:urn:uuid:%' THEN substr(n.value, 14) ELSE n.value END, c.identity_id
            FROM certificate c JOIN identity i ON i.id = c.identity_id, json_each(c.sans) n
            WHERE n.value NOT IN ('DNS:' || i.name, 'URI:urn:uuid:' || i.name, 'DNS:localhost', 'IP:::1') AND n.value NOT LIKE 'IP:127.%';
        CREATE INDEX certificate_of_key ON certificate (substr(spki_sha256, 1, 8));
        ALTER TABLE token ADD COLUMN ticket_names TEXT;
        CREATE TABLE fork (
            presented_id INTEGER PRIMARY KEY REFERENCES certificate (id),
            current_id INTEGER NOT NULL REFERENCES certificate (id),
            exclusive INTEGER NOT NULL CHECK (exclusive IN (0, 1)),
            seen_at INTEGER NOT NULL
        ) STRICT;
        """
}
