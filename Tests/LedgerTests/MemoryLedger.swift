import Ledger
import PKI
import Synchronization

/// An engine without a database: it keeps rows, and knows no more of the rules than `SQLiteLedger` does.
final class MemoryLedger: LedgerEngine {
    private let state = Mutex(MemoryRows.State())
    let eventSignal = EventSignal()

    func write<Value: Sendable>(
        _ work: @escaping @Sendable (any LedgerTransaction) throws -> Value
    ) async throws(LedgerError) -> Value {
        let (value, hasEvents) = try state.withLock { state throws(LedgerError) in
            try translating {
                let rows = MemoryRows(state)
                let value = try work(rows)
                try rows.finish()
                state = rows.state
                return (value, rows.trail.lastEvent != nil)
            }
        }
        if hasEvents { eventSignal.signal() }
        return value
    }

    func read<Value>(_ work: (any LedgerRows) throws -> Value) throws(LedgerError) -> Value { try translating { try work(rows) } }

    private var rows: MemoryRows { MemoryRows(state.withLock { $0 }) }

    func probeWriting() async throws(LedgerError) {}

    func openForks(now: UnixTime) async throws(LedgerError) -> [IdentityName] {
        let rows = rows
        var open: [IdentityName] = []
        for fork in rows.state.forks.sorted(by: { $0.seenAt < $1.seenAt }) {
            guard let presented = rows.certificate(id: fork.presented), let current = rows.certificate(id: fork.current),
                let identity = rows.identity(id: current.identityID), identity.record.suspendedAt == nil,
                presented.record.revocation == nil, current.record.revocation == nil
            else { continue }
            let all = rows.certificates(of: identity.id)
            let sameLine = presented.record.lineage == current.record.lineage
            let enrolled = all.contains { $0.record.lineage > current.record.lineage && $0.issuedAt >= fork.seenAt }
            if sameLine, fork.exclusive, enrolled { continue }
            let lives = all.contains { $0.record.lineage == current.record.lineage && $0.isLive(at: now) }
            guard presented.record.notAfter >= now || sameLine && lives, !open.contains(identity.record.name) else { continue }
            open.append(identity.record.name)
        }
        return open
    }

    func firstUnrevoked(among serialNumbers: [SerialNumber]) async throws(LedgerError) -> SerialNumber? {
        let rows = rows
        return serialNumbers.first { rows.certificate($0)?.record.revocation == nil && !rows.isForgotten($0) }
    }

    func serialNumbers(
        profiles: Set<String>?, revokedOnly: Bool, after: SerialNumber?, limit: Int
    ) async throws(LedgerError) -> [SerialNumber] {
        let rows = rows
        let ids = revokedOnly ? rows.state.revoked.keys.sorted() : rows.state.certificates.map(\.id)
        let first = try after.map { serial throws(LedgerError) in try id(of: serial, in: rows) } ?? 0
        let found = ids.lazy.filter { $0 > first }.compactMap { rows.certificate(id: $0)?.record }
        return found.filter { profiles?.contains($0.profile) ?? true }.prefix(max(0, limit)).map(\.serialNumber)
    }

    func search(
        _ filter: CertificateFilter, after: SerialNumber?, limit: Int, now: UnixTime
    ) async throws(LedgerError) -> LedgerPage<CertificateRecord, SerialNumber> {
        let rows = rows
        let end = try after.map { serial throws(LedgerError) in try id(of: serial, in: rows) } ?? .max
        let limit = max(0, limit)
        let older = rows.state.certificates.reversed().lazy.filter { $0.id < end && filter.matches($0.record) }
        let found = Array(
            older.compactMap { rows.certificate(id: $0.id)?.record }.filter { filter.matchesState(of: $0, at: now) }.prefix(limit))
        return LedgerPage(found, next: found.count == limit ? found.last?.serialNumber : nil)
    }

    func auditRows(_ filter: AuditFilter, before: Int64?, limit: Int) async throws(LedgerError) -> LedgerPage<AuditRow, Int64> {
        let all = try translating { try rows.state.auditRows.map { try AuditRow($0.row, previousHash: $0.previousHash, hash: $0.hash) } }
        let found = Array(all.reversed().filter { $0.id < before ?? .max && filter.matches($0.event) }.prefix(max(0, limit)))
        return LedgerPage(found, next: found.count == max(0, limit) ? found.last?.id : nil)
    }

    private func id(of serialNumber: SerialNumber, in rows: MemoryRows) throws(LedgerError) -> Int64 {
        guard let id = rows.state.idsOfSerials[serialNumber] else { throw .certificateUnknown(serialNumber) }
        return id
    }
}

private func translating<Value>(_ work: () throws -> Value) throws(LedgerError) -> Value {
    do { return try work() } catch { throw error as? LedgerError ?? .corrupt("\(error)") }
}

extension CertificateFilter {
    fileprivate func matches(_ record: CertificateRecord) -> Bool {
        if let commonName, commonName != record.commonName { return false }
        if let profile, profile != record.profile { return false }
        if let profiles, !profiles.contains(record.profile) { return false }
        if let issuer, issuer != record.issuer { return false }
        if let organization, organization != record.organization { return false }
        if let type, type != record.organizationalUnit { return false }
        if let expiresBefore, record.notAfter >= expiresBefore { return false }
        guard let name else { return true }
        return ([record.commonName] + record.subjectAlternativeNames).contains { $0.contains(name) }
    }

    fileprivate func matchesState(of record: CertificateRecord, at now: UnixTime) -> Bool {
        switch state {
        case .active: record.revocation == nil && record.notAfter >= now
        case .expired: record.revocation == nil && record.notAfter < now
        case .revoked: record.revocation != nil
        case nil: true
        }
    }
}

extension AuditFilter {
    fileprivate func matches(_ event: AuditEvent) -> Bool {
        if let action, action != event.action { return false }
        if let result, result != event.result { return false }
        if let profiles, !profiles.contains(event.details["profile"] ?? "") { return false }
        if let principal, !event.principal.contains(principal) { return false }
        if let resource, !event.resource.contains(resource) { return false }
        return event.timestamp >= since ?? .min && event.timestamp < until ?? .max
    }
}

extension AuditRow {
    fileprivate init(_ row: AuditChain.Row, previousHash: [UInt8], hash: [UInt8]) throws {
        guard let action = AuditAction(rawValue: row.texts[1]), let result = AuditResult(rawValue: row.texts[3]) else {
            throw LedgerError.corrupt("audit row \(row.id) has an unknown action or result")
        }
        let event = AuditEvent(
            timestamp: row.timestamp, principal: row.texts[0], action: action, resource: row.texts[2], result: result,
            ipAddress: row.texts[4], userAgent: row.texts[5], details: try JSONText.decode(from: row.texts[6]))
        self.init(id: row.id, event: event, previousHash: previousHash, hash: hash)
    }
}
