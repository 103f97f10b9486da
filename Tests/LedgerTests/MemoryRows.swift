import Ledger
import PKI

/// The rows of a ledger in arrays and dictionaries: one write's own copy of them.
final class MemoryRows: LedgerTransaction {
    var trail = AuditTrail()
    var state: State

    init(_ state: State) { self.state = state }

    /// Every table. The id of a row is its position, counted from 1.
    struct State: Sendable {
        var identities: [StoredIdentity] = []
        var certificates: [StoredCertificate] = []
        var certificatesOfIdentity: [Int64: [Int64]] = [:]
        var idsOfSerials: [SerialNumber: Int64] = [:]
        var revocations: [RevocationRow] = []
        var forgotten: [SerialNumber: (revocation: Int, notAfter: UnixTime)] = [:]
        /// By certificate.
        var revoked: [Int64: Revocation] = [:]
        var compromisedKeys: Set<[UInt8]> = []
        var heldNames: [String: Set<Int64>] = [:]
        var tokens: [TokenRecord] = []
        var ticketUses: [TicketUse: Int64] = [:]
        var idempotencyKeys: [[UInt8]: (claim: IdempotencyClaim, certificate: Int64)] = [:]
        var forks: [(presented: Int64, current: Int64, exclusive: Bool, seenAt: UnixTime)] = []
        var numbers: [String: CRLNumbers] = [:]
        var publications: [String: CRLRecord] = [:]
        var recoveries: [(since: UnixTime, recoveredAt: UnixTime)] = []
        var auditRows: [(row: AuditChain.Row, previousHash: [UInt8], hash: [UInt8])] = []
        var counters: [LedgerCounter: Int] = [:]
        var events: [OutboxEvent] = []
        var receivers: [String: Int64] = [:]
    }

    struct TicketUse: Hashable {
        let ticket: Int64
        let key: [UInt8]
        let identity: Int64
    }
}

extension MemoryRows {
    func identity(_ name: IdentityName) -> StoredIdentity? { state.identities.first { $0.record.name == name } }

    func identity(id: Int64) -> StoredIdentity? { state.identities[safe: Int(id) - 1] }

    func certificate(_ serialNumber: SerialNumber) -> StoredCertificate? {
        state.idsOfSerials[serialNumber].flatMap { certificate(id: $0) }
    }

    func certificate(id: Int64) -> StoredCertificate? {
        guard let stored = state.certificates[safe: Int(id) - 1] else { return nil }
        guard let revocation = state.revoked[id] else { return stored }
        var record = stored.record
        record.revocation = revocation
        return StoredCertificate(
            id: id, identityID: stored.identityID, parentID: stored.parentID, issuedAt: stored.issuedAt, record: record)
    }

    func certificates(of identity: Int64) -> [StoredCertificate] {
        state.certificatesOfIdentity[identity, default: []].compactMap { certificate(id: $0) }
    }

    func head(identity: Int64, lineage: Int) -> StoredCertificate? {
        certificates(of: identity).filter { $0.record.lineage == lineage }.max { $0.record.generation < $1.record.generation }
    }

    func headID(identity: Int64, lineage: Int) -> Int64? { head(identity: identity, lineage: lineage)?.id }

    func lastLineage(identity: Int64) -> Int { certificates(of: identity).map(\.record.lineage).max() ?? 0 }

    func children(of parent: StoredCertificate) -> [StoredCertificate] {
        certificates(of: parent.identityID).filter { $0.parentID == parent.id }.sorted { $0.record.generation < $1.record.generation }
    }

    func live(identity: Int64, at now: UnixTime) -> [StoredCertificate] { certificates(of: identity).filter { $0.isLive(at: now) } }

    func unexpired(identity: Int64, at now: UnixTime) -> [StoredCertificate] {
        certificates(of: identity).filter { $0.record.notAfter >= now }
    }

    func live(key sha256: [UInt8], at now: UnixTime) -> [StoredCertificate] {
        state.certificates.filter { $0.record.publicKeySHA256 == sha256 }.compactMap { certificate(id: $0.id) }.filter {
            $0.isLive(at: now)
        }
    }

    func otherHolder(ofKey sha256: [UInt8], than identity: Int64?, at now: UnixTime) -> IdentityName? {
        live(key: sha256, at: now).first { $0.identityID != identity }?.record.identity
    }

    func isFree(_ certificate: CertificateRecord) -> Bool {
        identity(certificate.identity) == nil && !isCompromised(key: certificate.publicKeySHA256)
    }

    func isCompromised(key sha256: [UInt8]) -> Bool { state.compromisedKeys.contains(sha256) }

    func holders(ofName name: String) -> [NameHolder] {
        let own = state.identities.filter { $0.record.name.name == name }.map(\.id)
        return state.heldNames[name, default: []].union(own).sorted().map { ($0, name) }
    }

    func holders(ofNamesEnding end: String) -> [NameHolder] {
        let names = Set(state.heldNames.keys).union(state.identities.map(\.record.name.name))
        return names.filter { $0.hasSuffix(end) }.sorted().flatMap { holders(ofName: $0) }
    }

    func idempotencyKey(sha256: [UInt8], at now: UnixTime) -> (requestSHA256: [UInt8], certificate: Int64)? {
        guard let known = state.idempotencyKeys[sha256], known.claim.expiresAt > now else { return nil }
        return (known.claim.requestSHA256, known.certificate)
    }

    func ticketUse(ticket: Int64, key sha256: [UInt8], identity: Int64) -> Int64? {
        state.ticketUses[TicketUse(ticket: ticket, key: sha256, identity: identity)]
    }

    func token(id: Int64) -> TokenRecord? { state.tokens[safe: Int(id) - 1] }

    func token(secretSHA256: [UInt8]) -> TokenRecord? { state.tokens.first { $0.secretSHA256 == secretSHA256 } }

    func token(accessor: String) -> TokenRecord? { state.tokens.first { $0.accessor == accessor } }

    func isAlive(token id: Int64, at now: UnixTime) -> Bool { token(id: id).map { !$0.revoked && $0.expiresAt > now } ?? false }

    func lastToken() -> Int64 { Int64(state.tokens.count) }

    func tokenFamilies(besides id: Int64) -> [Int64] {
        state.tokens.filter { $0.parentID == nil && !$0.revoked && $0.id != id }.map(\.id)
    }

    func isForgotten(_ serialNumber: SerialNumber) -> Bool { state.forgotten[serialNumber] != nil }

    func lastSequence() -> Int64 { Int64(state.revocations.count) }

    func lastSequence(issuer: String, inCRL number: Int64) -> Int64 {
        state.revocations.last { $0.issuer == issuer && $0.crlNumber <= number }?.sequence ?? 0
    }

    func lastPromise(issuer: String) -> Int64? { state.revocations.last { $0.issuer == issuer }?.crlNumber }

    func revocationCount(issuer: String, through last: Int64) -> Int {
        state.revocations.count { $0.issuer == issuer && $0.sequence <= last }
    }

    func revokedEntries(issuer: String, after first: Int64, through last: Int64, limit: Int) throws -> [RevokedEntry] {
        try state.revocations.filter { $0.issuer == issuer && $0.sequence > first && $0.sequence <= last }.prefix(limit).compactMap { row in
            guard let reason = RevocationReason(rawValue: Int(row.reason)) else { return nil }
            let stored = row.certificate.flatMap { certificate(id: $0) }
            let serial = try stored?.record.serialNumber ?? SerialNumber(octets: row.serialNumber ?? [])
            let end = stored?.record.notAfter ?? state.forgotten[serial]?.notAfter ?? 0
            return RevokedEntry(sequence: row.sequence, serialNumber: serial, date: row.date, reason: reason, notAfter: end)
        }
    }

    func forEachRevocation(after first: Int64, through last: Int64, _ body: (RevocationRow) throws -> Void) rethrows {
        for row in state.revocations where row.sequence > first && row.sequence <= last { try body(row) }
    }

    func crlNumbers(issuer: String) -> CRLNumbers? { state.numbers[issuer] }

    func lastPublication(issuer: String) -> CRLRecord? { state.publications[issuer] }

    func isLost(time: UnixTime, slack: Int64) -> Bool { state.recoveries.contains { $0.since - slack <= time && time <= $0.recoveredAt } }

    func lastRecovery() -> UnixTime? { state.recoveries.map(\.recoveredAt).max() }

    func auditHead() -> AuditHead { state.auditRows.last.map { AuditHead(id: $0.row.id, hash: $0.hash) } ?? AuditChain.start }

    func counts() -> LedgerCounts {
        LedgerCounts(certificates: state.counters[.certificates, default: 0], revocations: state.counters[.revocations, default: 0])
    }
}

extension MemoryRows {
    func insert(_ certificate: CertificateRecord, at place: Placement, issuedAt: UnixTime) throws -> Int64 {
        let id = Int64(state.certificates.count) + 1
        guard state.idsOfSerials.updateValue(id, forKey: certificate.serialNumber) == nil else {
            throw LedgerError.serialNumberTaken(certificate.serialNumber)
        }
        state.certificates.append(
            StoredCertificate(id: id, identityID: place.identityID, parentID: place.parentID, issuedAt: issuedAt, record: certificate))
        state.certificatesOfIdentity[place.identityID, default: []].append(id)
        return id
    }

    func insertIdentity(_ name: IdentityName, organization: String?) -> Int64 {
        let id = Int64(state.identities.count) + 1
        set(IdentityRecord(name: name, organization: organization, lineage: 1, suspendedAt: nil), id: id, after: nil)
        return id
    }

    func beginLineage(of identity: Int64, organization: String?) throws -> Int {
        guard var record = self.identity(id: identity)?.record else { throw LedgerError.corrupt("identity \(identity) is missing") }
        record = IdentityRecord(
            name: record.name, organization: organization, lineage: lastLineage(identity: identity) + 1, suspendedAt: nil)
        set(record, id: identity, after: self.identity(id: identity)?.suspendedAfterToken)
        return record.lineage
    }

    func suspend(identity: Int64, date: UnixTime, after token: Int64) {
        guard var record = self.identity(id: identity)?.record else { return }
        record.suspendedAt = date
        set(record, id: identity, after: token)
    }

    private func set(_ record: IdentityRecord, id: Int64, after token: Int64?) {
        let row = StoredIdentity(id: id, record: record, suspendedAfterToken: token)
        if Int(id) > state.identities.count { state.identities.append(row) } else { state.identities[Int(id) - 1] = row }
    }

    func insertHeldName(_ name: String, identity: Int64) { state.heldNames[name, default: []].insert(identity) }

    func insertCompromisedKey(_ sha256: [UInt8]) { state.compromisedKeys.insert(sha256) }

    func insertFork(presented: Int64, current: Int64, exclusive: Bool, seenAt: UnixTime) {
        guard !state.forks.contains(where: { $0.presented == presented }) else { return }
        state.forks.append((presented, current, exclusive, seenAt))
    }

    func insert(_ token: TokenRecord) -> Int64 {
        var row = token
        row.id = Int64(state.tokens.count) + 1
        state.tokens.append(row)
        return row.id
    }

    func setUses(ofToken id: Int64, left: Int) { state.tokens[Int(id) - 1].usesLeft = left }

    func setExpiry(ofToken id: Int64, _ expiresAt: UnixTime) { state.tokens[Int(id) - 1].expiresAt = expiresAt }

    func revokeFamily(ofToken id: Int64) {
        state.tokens[Int(id) - 1].revoked = true
        for child in state.tokens where child.parentID == id { revokeFamily(ofToken: child.id) }
    }

    func revokeTokens(except kept: Int64?) -> Int {
        let ending = state.tokens.indices.filter { !state.tokens[$0].revoked && state.tokens[$0].id != kept }
        for index in ending { state.tokens[index].revoked = true }
        return ending.count
    }

    func insertTicketUse(ticket: Int64, key sha256: [UInt8], identity: Int64, certificate: Int64) {
        state.ticketUses[TicketUse(ticket: ticket, key: sha256, identity: identity)] = certificate
    }

    func insert(_ claim: IdempotencyClaim, certificate: Int64) { state.idempotencyKeys[claim.keySHA256] = (claim, certificate) }

    func deleteIdempotencyKeys(expiredAt now: UnixTime) {
        state.idempotencyKeys = state.idempotencyKeys.filter { $0.value.claim.expiresAt > now }
    }

    func insert(_ revocation: Revocation, of certificate: StoredCertificate) -> Int64 {
        append(revocation, certificate: certificate.id, serialNumber: nil, issuer: certificate.record.issuer)
        state.revoked[certificate.id] = revocation
        return lastSequence()
    }

    func insertForgotten(_ revocation: Revocation, of serialNumber: SerialNumber, issuer: String, notAfter: UnixTime) -> Int64 {
        append(revocation, certificate: nil, serialNumber: serialNumber, issuer: issuer)
        state.forgotten[serialNumber] = (state.revocations.count - 1, notAfter)
        return lastSequence()
    }

    private func append(_ revocation: Revocation, certificate: Int64?, serialNumber: SerialNumber?, issuer: String) {
        state.revocations.append(
            (
                lastSequence() + 1, certificate, serialNumber?.octets, issuer, revocation.date, Int64(revocation.reason.rawValue),
                revocation.crlNumber
            ))
    }

    func linkForgotten(to certificate: StoredCertificate) -> RevocationReason? {
        guard let index = state.forgotten[certificate.record.serialNumber]?.revocation else { return nil }
        state.revocations[index].certificate = certificate.id
        let row = state.revocations[index]
        let reason = RevocationReason(rawValue: Int(row.reason))
        state.revoked[certificate.id] = reason.map { Revocation(date: row.date, reason: $0, crlNumber: row.crlNumber) }
        return reason
    }

    func set(_ numbers: CRLNumbers, issuer: String) { state.numbers[issuer] = numbers }

    func insert(_ crl: CRLRecord) { state.publications[crl.issuer] = crl }

    func insertRecovery(since: UnixTime, recoveredAt: UnixTime) { state.recoveries.append((since, recoveredAt)) }

    func insertAdoption(certificate: Int64, aside: Bool) {}

    func insert(_ row: AuditChain.Row, previousHash: [UInt8], hash: [UInt8]) { state.auditRows.append((row, previousHash, hash)) }

    func lastEvent() -> Int64 { Int64(state.counters[.events, default: 0]) }

    func receivers() -> [String: Int64] { state.receivers }

    func events(after id: Int64, limit: Int) -> [OutboxEvent] { Array(state.events.filter { $0.id > id }.prefix(limit)) }

    func insertEvent(id: Int64, about subject: EventSubject, auditRow: Int64) throws {
        guard let row = state.auditRows[safe: Int(auditRow) - 1]?.row, let content = try content(of: subject) else {
            throw LedgerError.corrupt("an event is about a row that does not exist")
        }
        state.events.append(OutboxEvent(id: id, date: UnixTime(milliseconds: row.timestamp), content: content))
    }

    private func content(of subject: EventSubject) throws -> OutboxEvent.Content? {
        switch subject.kind {
        case .suspension: return identity(id: subject.row).map { .suspension($0.record.name) }
        case .revocation:
            guard let row = state.revocations[safe: Int(subject.row) - 1] else { return nil }
            let record = row.certificate.flatMap { certificate(id: $0)?.record }
            let serial = try record?.serialNumber ?? SerialNumber(octets: row.serialNumber ?? [])
            return .revocation(serial, issuer: row.issuer, identity: record?.identity)
        }
    }

    func deleteEvents(through id: Int64) { state.events.removeAll { $0.id <= id } }

    func setReceiver(_ name: String, delivered id: Int64) { state.receivers[name] = id }

    func deleteReceiver(_ name: String) { state.receivers[name] = nil }

    func add(_ rows: Int, to counter: LedgerCounter) { state.counters[counter, default: 0] += rows }
}

extension Array {
    /// The element, when there is one.
    fileprivate subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
