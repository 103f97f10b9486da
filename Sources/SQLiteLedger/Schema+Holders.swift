extension Schema {
    /// Migration 0004. `held_name` has a row for every name that an identity was ever certified for beside its own; whether it still holds it, its
    /// certificates say. The index on keys has their first 8 octets: enough to find them, and a quarter of the size.
    static let holders = """
        CREATE TABLE held_name (
            name TEXT NOT NULL,
            identity_id INTEGER NOT NULL REFERENCES identity (id),
            PRIMARY KEY (name, identity_id)
        ) STRICT, WITHOUT ROWID;
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
