import GRDB
import Ledger
import PKI

/// Publications and recoveries by the audit log, compared with the tables `crl`, `crl_state`, `recovery` and `adoption`.
struct PublicationReplay {
    let db: Database
    /// The highest CRL number that the log names, by issuer.
    private var numbers: [String: Int64] = [:]
    /// The thisUpdate that later lists exceed, by issuer.
    private var dates: [String: UnixTime] = [:]
    /// Issuers of recoveries by older programs, which did not tell these dates.
    private var undated: Set<String> = []
    private var published: Int64 = 0
    private var recoveries: Int64 = 0
    private var adoptions: Int64 = 0
    /// Certificates whose fork was told: the first sight of each stays in the table.
    private var forked: Set<SerialNumber> = []

    init(db: Database) { self.db = db }

    /// Takes in a row, and compares what it says was written then and never changes.
    mutating func take(_ row: AuditFacts) throws -> LedgerFault? {
        switch row.action {
        case .crlPublish: return try publication(row)
        case .recover: return try recovery(row)
        default: return try fork(row)
        }
    }

    /// Takes in an adopted certificate.
    mutating func adopted(_ certificate: Int64, _ row: AuditFacts) throws -> LedgerFault? {
        adoptions += 1
        let aside: Int64? = try db.value("SELECT aside FROM adoption WHERE certificate_id = ?", .integer(certificate))
        return aside == (row.isAside ? 1 : 0)
            ? nil : .stateDiffers(table: "adoption", row: "of certificate \(certificate)", column: "aside")
    }

    /// A fork stays open until it is resolved, which the certificates tell: its row stays as it was written.
    private mutating func fork(_ row: AuditFacts) throws -> LedgerFault? {
        guard let text = row.text(AuditFact.forkPresented), let current = row.text(AuditFact.forkCurrent) else { return nil }
        let serialNumber = try SerialNumber(text: text)
        guard forked.insert(serialNumber).inserted else { return nil }
        let sql = """
            SELECT c.serial, f.seen_at, f.exclusive FROM fork f JOIN certificate p ON p.id = f.presented_id
            JOIN certificate c ON c.id = f.current_id WHERE p.serial = ?
            """
        let differing: String?? = try db.first(sql, [.blob(serialNumber.octets)]) { columns in
            if try columns.next([UInt8].self) != (try SerialNumber(text: current)).octets { return "current_id" }
            if try columns.next(UnixTime.self) != UnixTime(milliseconds: row.timestamp) { return "seen_at" }
            let isExclusive = try columns.next(Int64.self) != 0
            return row.text(AuditFact.forkExclusive).map { $0 != String(isExclusive) } == true ? "exclusive" : nil
        }
        guard let column = differing ?? "presented_id" else { return nil }
        return .stateDiffers(table: "fork", row: "of \(serialNumber)", column: column)
    }

    private mutating func publication(_ row: AuditFacts) throws -> LedgerFault? {
        guard let number = row.number("number") else { return nil }
        let issuer = row.text(AuditFact.issuer) ?? row.resource
        published += 1
        numbers[issuer] = max(numbers[issuer] ?? 0, number)
        let stored = try SQLiteRows(db).publication(issuer: issuer, number: number)
        let agrees =
            if let sha256 = row.text(AuditFact.publicationSHA256) { stored.map { hexadecimal($0.digest) } == sha256 } else {
                stored.map { Int64($0.entryCount) } == row.number("entries")
            }
        return agrees ? nil : .stateDiffers(table: "crl", row: "\(number) of \(issuer)", column: stored == nil ? "number" : "sha256")
    }

    private mutating func recovery(_ row: AuditFacts) throws -> LedgerFault? {
        for (name, text) in row.details where name.hasPrefix(AuditFact.numberPrefix) {
            let issuer = String(name.dropFirst(AuditFact.numberPrefix.count))
            numbers[issuer] = max(numbers[issuer] ?? 0, Int64(text) ?? 0)
            guard let date = row.number(AuditFact.datePrefix + issuer) else {
                undated.insert(issuer)
                continue
            }
            dates[issuer] = max(dates[issuer] ?? 0, UnixTime(date))
        }
        recoveries += 1
        let sql = "SELECT recovered_at, since FROM recovery ORDER BY id LIMIT 1 OFFSET ?"
        let agrees = try db.first(sql, [.integer(recoveries - 1)]) { columns in
            let (at, since) = (try columns.next(UnixTime.self), try columns.next(UnixTime.self))
            return at == row.number(AuditFact.recoveredAt).map { UnixTime($0) } ?? UnixTime(milliseconds: row.timestamp)
                && since.description == row.text(AuditFact.lostSince)
        }
        guard agrees == true else { return .stateDiffers(table: "recovery", row: "\(recoveries)", column: "since") }
        return try forgottenFault(row)
    }

    /// A forgotten certificate may live as long as its issuer.
    private func forgottenFault(_ row: AuditFacts) throws -> LedgerFault? {
        let sql = "SELECT serial, issuer, not_after FROM revocation WHERE sequence > ? AND sequence <= ? AND serial IS NOT NULL"
        let range = [row.revocations.lowerBound, row.revocations.upperBound].map { ColumnValue.integer($0) }
        return try db.firstMatch(sql, range) { columns in
            let serialNumber = try SerialNumber(octets: columns.next())
            guard let end = row.number(AuditFact.endPrefix + (try columns.next(String.self))), try columns.next(Int64.self) != end else {
                return nil
            }
            return .stateDiffers(table: "revocation", row: "of \(serialNumber)", column: "not_after")
        }
    }

    /// - Parameter latest: the time by which every number was dealt out.
    func firstFault(latest: UnixTime) throws -> LedgerFault? {
        for (table, told) in [("crl", published), ("recovery", recoveries), ("adoption", adoptions), ("fork", Int64(forked.count))] {
            let stored: Int64 = try db.value("SELECT count(*) FROM \(table)") ?? 0
            guard told == stored else { return .unaudited(table: table, audited: told, stored: stored) }
        }
        return try numberFault(latest: latest)
    }

    /// Numbers follow the clock: one that was dealt out for a list that never came is no later than the time. A number that is promised is a
    /// revocation's, and above all that were dealt out.
    private func numberFault(latest: UnixTime) throws -> LedgerFault? {
        let sql = """
            SELECT s.issuer, s.last_number, s.reserved_number, s.least_this_update,
                (SELECT max(crl_number) FROM revocation r WHERE r.issuer = s.issuer) FROM crl_state s
            """
        var missing = Set(numbers.keys)
        let wrong: [(column: String, issuer: String)?] = try db.all(sql, []) { columns in
            let issuer = try columns.next(String.self)
            missing.remove(issuer)
            guard try numbers[issuer] != nil || db.hasRow("SELECT 1 FROM certificate WHERE issuer = ? LIMIT 1", .text(issuer)) else {
                return ("issuer", issuer)
            }
            let last = try columns.next(Int64.self)
            let reserved = try columns.nextOptional(Int64.self)
            let least = try columns.next(UnixTime.self)
            let promised = try columns.nextOptional(Int64.self)
            let highest = max(numbers[issuer] ?? 0, promised ?? 0)
            let (limit, overflow) = max(highest, latest.seconds).addingReportingOverflow(Self.slack)
            if last < numbers[issuer] ?? 0 || last > limit && !overflow { return ("last_number", issuer) }
            if let reserved, reserved != promised || reserved <= last { return ("reserved_number", issuer) }
            let told = dates[issuer] ?? 0
            let isSound = undated.contains(issuer) ? told <= least && least <= latest : least == told
            return isSound ? nil : ("least_this_update", issuer)
        }
        if let found = wrong.compactMap({ $0 }).first {
            return .stateDiffers(table: "crl_state", row: "of \(found.issuer)", column: found.column)
        }
        return missing.sorted().first.map { .stateDiffers(table: "crl_state", row: "of \($0)", column: "issuer") }
    }

    /// Numbers by which a row of failed builds may have gone ahead of the clock.
    private static let slack: Int64 = 3_600
}
