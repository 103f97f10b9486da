package import PKI

/// The rows of a ledger in a transaction that may change them. The rules decide what is written; an engine writes it, and undoes all of a write that
/// throws. Used on the writer's thread only.
package protocol LedgerTransaction: LedgerRows, AnyObject {
    /// What the writes of the transaction share; restored by the engine when one of them throws.
    var trail: AuditTrail { get set }

    /// Writes a certificate at its place; returns its id. Throws `serialNumberTaken` for a serial number that there is.
    func insert(_ certificate: CertificateRecord, at place: Placement, issuedAt: UnixTime) throws -> Int64
    /// Makes an identity with its first lineage; returns its id.
    func insertIdentity(_ name: IdentityName, organization: String?) throws -> Int64
    /// Makes an identity active, with an organization, and gives it the lineage after the highest of its certificates; returns that.
    func beginLineage(of identity: Int64, organization: String?) throws -> Int
    /// Marks an identity as suspended since a date, when `token` was the newest token.
    func suspend(identity: Int64, date: UnixTime, after token: Int64) throws
    /// Notes that an identity was certified for a name beside its own; once is enough.
    func insertHeldName(_ name: String, identity: Int64) throws
    /// Adds a compromised key; one that is there already stays.
    func insertCompromisedKey(_ sha256: [UInt8]) throws
    /// Notes two parties with one key; the first sight of a presented certificate stays.
    func insertFork(presented: Int64, current: Int64, exclusive: Bool, seenAt: UnixTime) throws

    /// Writes a token; returns its id.
    func insert(_ token: TokenRecord) throws -> Int64
    func setUses(ofToken id: Int64, left: Int) throws
    func setExpiry(ofToken id: Int64, _ expiresAt: UnixTime) throws
    /// Revokes a token and all that descend from it.
    func revokeFamily(ofToken id: Int64) throws
    /// Revokes every token and ticket but one; returns the number revoked.
    func revokeTokens(except kept: Int64?) throws -> Int
    /// Notes a ticket's use; a later certificate for the same key and identity takes the place of the one before.
    func insertTicketUse(ticket: Int64, key sha256: [UInt8], identity: Int64, certificate: Int64) throws
    /// Notes the certificate of a request; replaces an expired row with the same key.
    func insert(_ claim: IdempotencyClaim, certificate: Int64) throws
    /// Deletes at most a thousand keys that have expired by now, so that the writer is never held for long.
    func deleteIdempotencyKeys(expiredAt now: UnixTime) throws

    /// Writes a revocation; returns its sequence, which follows the last one.
    func insert(_ revocation: Revocation, of certificate: StoredCertificate) throws -> Int64
    /// Writes a revocation without its certificate; notAfter is the latest end that it can have. Returns its sequence.
    func insertForgotten(_ revocation: Revocation, of serialNumber: SerialNumber, issuer: String, notAfter: UnixTime) throws -> Int64
    /// Gives the revocation of a forgotten serial number its certificate; returns its reason, nil when there is none.
    func linkForgotten(to certificate: StoredCertificate) throws -> RevocationReason?
    func set(_ numbers: CRLNumbers, issuer: String) throws
    func insert(_ crl: CRLRecord) throws
    /// Notes that the records between two times are lost.
    func insertRecovery(since: UnixTime, recoveredAt: UnixTime) throws
    /// Notes that a certificate was adopted; aside: it did not become its identity's newest lineage.
    func insertAdoption(certificate: Int64, aside: Bool) throws

    /// Writes an event, with the audit row that tells of its cause.
    func insertEvent(id: Int64, about subject: EventSubject, auditRow: Int64) throws
    /// Deletes the events up to and including one.
    func deleteEvents(through id: Int64) throws
    /// Writes a receiver, or the last event that it has.
    func setReceiver(_ name: String, delivered id: Int64) throws
    func deleteReceiver(_ name: String) throws

    /// Writes an audit row with the hash before it and its own.
    func insert(_ row: AuditChain.Row, previousHash: [UInt8], hash: [UInt8]) throws
    func add(_ rows: Int, to counter: LedgerCounter) throws
}

/// The counters of rows that are kept by counting, never by scanning.
package enum LedgerCounter: String, CaseIterable, Sendable {
    case certificates, revocations
    case auditRows = "audit_rows"
    /// Of all events ever written: the newest one's id.
    case events
}

/// State that the writes of one transaction share: read or written once for all of them.
package struct AuditTrail {
    /// The newest audit row; nil until it is needed.
    var head: AuditHead?
    /// Rows that are counted at the end.
    var counted: [LedgerCounter: Int] = [:]
    /// Changes since the last audit row, as facts for the next.
    var notes: [String: [String]] = [:]
    /// The events of changes since the last audit row, which are written with the next.
    var announced: [EventSubject] = []
    /// The newest event that the transaction wrote; nil while it has written none.
    package fileprivate(set) var lastEvent: Int64?

    /// Of a transaction that has begun.
    package init() {}

    /// Notes a change as a fact of the next audit row, by which `verify` checks the tables.
    mutating func note(_ name: String, _ value: String) { notes[name, default: []].append(value) }

    /// Notes a change that others must hear of.
    mutating func announce(_ kind: EventSubject.Kind, row: Int64) { announced.append(EventSubject(kind, row: row)) }

    /// Counts more rows of a large table.
    mutating func count(_ rows: Int, _ counter: LedgerCounter) { counted[counter, default: 0] += rows }
}

extension LedgerTransaction {
    /// Appends an event, with facts that only the ledger knows, to the audit chain. Throws when its acting token was revoked or has ended since the
    /// request was permitted: then the event's write is undone.
    package func audit(_ event: AuditEvent, adding facts: [AuditFact.Value] = []) throws {
        if let token = event.actingToken { try requireAlive(token: token, at: UnixTime(milliseconds: event.timestamp)) }
        var facts = facts
        if !trail.notes.isEmpty {
            facts += trail.notes.map { ($0.key, $0.value.joined(separator: " ")) }
            trail.notes = [:]
        }
        if !trail.announced.isEmpty { facts.append((AuditFact.events, String(trail.announced.count))) }
        if !facts.isEmpty { facts.append((AuditFact.version, AuditFact.currentVersion)) }
        let head = try trail.head ?? auditHead()
        let row = AuditChain.Row(
            id: head.id + 1, timestamp: event.timestamp,
            texts: [
                event.principal.storable, event.action.rawValue, event.resource.storable, event.result.rawValue,
                event.ipAddress.storable, event.userAgent.storable, JSONText.encode(event.details, adding: facts),
            ])
        let hash = AuditChain.hash(of: row, after: head.hash)
        try insert(row, previousHash: head.hash, hash: hash)
        trail.head = AuditHead(id: row.id, hash: hash)
        trail.count(1, .auditRows)
        if !trail.announced.isEmpty { try insertEvents(auditRow: row.id) }
    }

    /// Writes the events that waited for their audit row.
    private func insertEvents(auditRow: Int64) throws {
        var id = try trail.lastEvent ?? lastEvent()
        for subject in trail.announced {
            id += 1
            try insertEvent(id: id, about: subject, auditRow: auditRow)
        }
        trail.count(trail.announced.count, .events)
        (trail.lastEvent, trail.announced) = (id, [])
    }

    /// Writes the counters; the transaction can be committed then.
    package func finish() throws {
        let untold = trail.notes.keys.first ?? trail.announced.first?.kind.rawValue
        if let untold { throw LedgerError.unavailable("a change (\(untold)) has no audit event") }
        for (counter, rows) in trail.counted { try add(rows, to: counter) }
        trail.counted = [:]
    }
}
