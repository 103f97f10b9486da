extension Schema {
    /// Migration 0002. A revocation may be of a serial number that the ledger forgot: then `serial` and `not_after` (the latest it can be) stand
    /// for the certificate, which gets its place when it is adopted. `adoption.aside`: it did not become its identity's newest lineage.
    static let recovery = """
        CREATE TABLE revocation_next (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            certificate_id INTEGER UNIQUE REFERENCES certificate (id),
            serial BLOB CHECK (length(serial) BETWEEN 1 AND 20),
            not_after INTEGER,
            issuer TEXT NOT NULL,
            date INTEGER NOT NULL,
            reason INTEGER NOT NULL,
            crl_number INTEGER NOT NULL,
            CHECK (certificate_id IS NOT NULL OR serial IS NOT NULL),
            CHECK ((serial IS NULL) = (not_after IS NULL))
        ) STRICT;
        INSERT INTO revocation_next (sequence, certificate_id, issuer, date, reason, crl_number)
            SELECT sequence, certificate_id, issuer, date, reason, crl_number FROM revocation ORDER BY sequence;
        DROP TABLE revocation;
        ALTER TABLE revocation_next RENAME TO revocation;
        CREATE INDEX revocation_of_issuer ON revocation (issuer, sequence);
        CREATE UNIQUE INDEX revocation_of_forgotten ON revocation (serial) WHERE serial IS NOT NULL;
        ALTER TABLE crl_state ADD COLUMN least_this_update INTEGER NOT NULL DEFAULT 0;
        CREATE TABLE recovery (
            id INTEGER PRIMARY KEY,
            recovered_at INTEGER NOT NULL,
            since INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE adoption (
            certificate_id INTEGER PRIMARY KEY REFERENCES certificate (id),
            aside INTEGER NOT NULL CHECK (aside IN (0, 1))
        ) STRICT;
        """

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

    /// Migration 0005. `subject` is the sequence of a revocation or the id of an identity, as `kind` says; `delivered` the last event that a receiver
    /// has. `verify` binds both to the audit log. The counter gives the ids: one that SQLite gives out is used again once the newest row is gone, and `sqlite_sequence`, by which it would
    /// not be, is bound to no audit row.
    static let outbox = """
        CREATE TABLE outbox (
            id INTEGER PRIMARY KEY,
            audit_id INTEGER NOT NULL,
            kind TEXT NOT NULL,
            subject INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE outbox_receiver (
            name TEXT PRIMARY KEY NOT NULL,
            delivered INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        INSERT INTO counter (name, value) VALUES ('events', 0);
        """
}
