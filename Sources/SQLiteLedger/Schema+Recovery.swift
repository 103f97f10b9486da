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
}
