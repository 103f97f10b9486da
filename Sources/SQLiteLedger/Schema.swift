import GRDB
import Ledger

/// The tables, migration by migration. A migration is never edited after it landed: a change is another one.
enum Schema {
    /// Brings a database up to this program's schema; refuses one that a newer program has written, or whose schema somebody changed.
    static func migrate(_ database: DatabaseQueue) throws {
        try database.writeWithoutTransaction { db in
            try refuseNewer(db)
            // Before any statement of ours: a trigger runs with each.
            if let fault = try SchemaCheck(db: db).fault() { throw LedgerError.corrupt(fault.summary) }
        }
        try migrator.migrate(database)
    }

    /// For a database opened for reading: it must have exactly this program's schema.
    static func check(_ db: Database) throws {
        try refuseNewer(db)
        guard try migrator.hasCompletedMigrations(db) else {
            throw LedgerError.corrupt("this is no ledger, or an older program wrote it: start the server once to bring it up to date")
        }
    }

    private static func refuseNewer(_ db: Database) throws {
        guard try !migrator.hasBeenSuperseded(db) else {
            throw LedgerError.corrupt("a newer program has written this ledger: use that one, or restore a backup from before")
        }
    }

    /// Every migration, in order.
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("0001 first light") { db in
            try db.execute(sql: certificates)
            try db.execute(sql: revocations)
            try db.execute(sql: credentials)
            try db.execute(sql: records)
        }
        // Nothing points to the table that is made anew: its own references are checked while it is filled.
        migrator.registerMigration("0002 recovery", foreignKeyChecks: .immediate) { db in try db.execute(sql: recovery) }
        migrator.registerMigration("0004 holders of names and keys") { db in
            try db.execute(sql: holders)
            let rows = WriteGroup(db)
            try rows.forEachHeldName { name, identity in try rows.insertHeldName(name, identity: identity) }
        }
        migrator.registerMigration("0005 outbox") { db in try db.execute(sql: outbox) }
        return migrator
    }
}

extension Schema {
    /// Rows are found by the order of issuance; the serial number, random as it is, only indexes them.
    private static let certificates = """
        CREATE TABLE identity (
            id INTEGER PRIMARY KEY,
            profile TEXT NOT NULL,
            name TEXT NOT NULL,
            organization TEXT,
            lineage INTEGER NOT NULL CHECK (lineage > 0),
            suspended_at INTEGER,
            suspended_after_token INTEGER,
            UNIQUE (name, profile)
        ) STRICT;
        CREATE TABLE certificate (
            id INTEGER PRIMARY KEY,
            serial BLOB NOT NULL UNIQUE CHECK (length(serial) BETWEEN 1 AND 20),
            identity_id INTEGER NOT NULL REFERENCES identity (id),
            lineage INTEGER NOT NULL CHECK (lineage > 0),
            generation INTEGER NOT NULL CHECK (generation > 0),
            parent_id INTEGER REFERENCES certificate (id),
            issued_at INTEGER NOT NULL,
            issuer TEXT NOT NULL,
            profile TEXT NOT NULL,
            profile_version TEXT NOT NULL,
            common_name TEXT NOT NULL,
            organization TEXT,
            organizational_unit TEXT,
            sans TEXT NOT NULL,
            not_before INTEGER NOT NULL,
            not_after INTEGER NOT NULL,
            spki_sha256 BLOB NOT NULL,
            requester TEXT NOT NULL,
            der BLOB NOT NULL,
            UNIQUE (identity_id, lineage, generation)
        ) STRICT;
        """

    /// `sequence` rises without gaps; `reserved_number` is the number promised to revocations that wait for a CRL.
    private static let revocations = """
        CREATE TABLE revocation (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            certificate_id INTEGER NOT NULL UNIQUE REFERENCES certificate (id),
            issuer TEXT NOT NULL,
            date INTEGER NOT NULL,
            reason INTEGER NOT NULL,
            crl_number INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX revocation_of_issuer ON revocation (issuer, sequence);
        CREATE TABLE compromised_key (
            spki_sha256 BLOB PRIMARY KEY NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE crl_state (
            issuer TEXT PRIMARY KEY NOT NULL,
            last_number INTEGER NOT NULL,
            reserved_number INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE crl (
            issuer TEXT NOT NULL,
            number INTEGER NOT NULL,
            this_update INTEGER NOT NULL,
            next_update INTEGER NOT NULL,
            entry_count INTEGER NOT NULL,
            sha256 BLOB NOT NULL,
            PRIMARY KEY (issuer, number)
        ) STRICT, WITHOUT ROWID;
        """

    /// A token is a ticket when `ticket_profile` is set.
    private static let credentials = """
        CREATE TABLE token (
            id INTEGER PRIMARY KEY,
            accessor TEXT NOT NULL UNIQUE,
            secret_sha256 BLOB NOT NULL UNIQUE,
            display_name TEXT NOT NULL,
            policies TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            max_ttl INTEGER,
            uses_left INTEGER CHECK (uses_left >= 0),
            revoked INTEGER NOT NULL DEFAULT 0,
            parent_id INTEGER REFERENCES token (id),
            ticket_profile TEXT,
            ticket_kind TEXT CHECK (ticket_kind IN ('identity', 'pattern')),
            ticket_subject TEXT,
            ticket_organization TEXT,
            ticket_type TEXT,
            CHECK ((ticket_profile IS NULL) = (ticket_kind IS NULL) AND (ticket_kind IS NULL) = (ticket_subject IS NULL))
        ) STRICT;
        CREATE INDEX token_of_parent ON token (parent_id) WHERE parent_id IS NOT NULL;
        CREATE TABLE ticket_use (
            token_id INTEGER NOT NULL REFERENCES token (id),
            spki_sha256 BLOB NOT NULL,
            identity_id INTEGER NOT NULL REFERENCES identity (id),
            certificate_id INTEGER NOT NULL REFERENCES certificate (id),
            PRIMARY KEY (token_id, spki_sha256, identity_id)
        ) STRICT, WITHOUT ROWID;
        """

    private static let records = """
        CREATE TABLE idempotency (
            key_sha256 BLOB PRIMARY KEY NOT NULL,
            request_sha256 BLOB NOT NULL,
            certificate_id INTEGER NOT NULL REFERENCES certificate (id),
            expires_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX idempotency_by_end ON idempotency (expires_at);
        CREATE TABLE security_audit (
            id INTEGER PRIMARY KEY,
            timestamp INTEGER NOT NULL,
            principal TEXT NOT NULL,
            action TEXT NOT NULL,
            resource TEXT NOT NULL,
            result TEXT NOT NULL,
            ip_address TEXT NOT NULL,
            user_agent TEXT NOT NULL,
            details TEXT NOT NULL,
            previous_hash BLOB NOT NULL,
            hash BLOB NOT NULL
        ) STRICT;
        CREATE TABLE counter (
            name TEXT PRIMARY KEY NOT NULL,
            value INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        INSERT INTO counter (name, value) VALUES ('certificates', 0), ('revocations', 0), ('audit_rows', 0);
        """
}
