import APISchema
package import Authority
import DurableFiles
package import Ledger
package import Logging
import PKI
import Publication

/// Brings a ledger that was restored, or may be old, up to what the world knows of it; then a plain start is possible again.
///
/// The ledger is changed in one transaction. Whatever stops the rest, the next start is refused again, and recovering twice does no harm.
package struct Recovery {
    private let directory: DataDirectory
    private let opened: OpenedIssuers
    private let ledger: any RecoveryLedger & AuditLedger & TokenLedger
    private let rollbackDetection: RollbackDetection
    private let clock: WallClock
    private let randomness: Randomness
    private let logger: Logger

    package init(
        directory: DataDirectory, opened: OpenedIssuers, ledger: any RecoveryLedger & AuditLedger & TokenLedger,
        rollbackDetection: RollbackDetection,
        clock: WallClock, randomness: Randomness, logger: Logger
    ) {
        (self.directory, self.opened, self.ledger, self.rollbackDetection) = (directory, opened, ledger, rollbackDetection)
        (self.clock, self.randomness, self.logger) = (clock, randomness, logger)
    }

    package func run() async throws {
        let milliseconds = clock.milliseconds()
        let now = UnixTime(milliseconds: milliseconds)
        let since = try await newestRecord(now: milliseconds)
        let found = try rollbackDetection.lists(of: opened, and: [directory.published], logger: logger)
        let anchor = try rollbackDetection.anchor?.read()
        let evidence = try opened.list.names.map { name in
            var evidence = found.evidence(of: name)
            if let noted = anchor?.issuers.first(where: { $0.name == name }) { try raise(&evidence, noted, now: now) }
            return evidence
        }
        let order = RecoveryOrder(
            evidence: evidence, since: since, now: now, keptTokenSHA256: try AdminToken.sha256(in: directory.adminToken),
            audit: event(found, anchor: anchor, at: milliseconds))
        let report = try await ledger.recover(order)
        try await makeTokenIfNone(report)
        try await publish(found)
        try DurableFile.remove(directory.restoredMark)
        tell(report, found)
    }

    /// The time of the newest audit row: everything the ledger knows was recorded up to then.
    /// - Parameter now: milliseconds since 1970.
    private func newestRecord(now: Int64) async throws -> UnixTime {
        let newest = try await ledger.auditRows(AuditFilter(), before: nil, limit: 1).first?.event.timestamp ?? 0
        guard newest <= now else {
            throw OperatorError(
                summary: "it is \(UnixTime(milliseconds: now)), before the ledger's newest record (\(UnixTime(milliseconds: newest)))",
                remedy: "set the clock right: the time that was lost is counted by it")
        }
        return UnixTime(milliseconds: newest)
    }

    /// An anchor is not signed: what it says is bounded by what can be true.
    private func raise(_ evidence: inout PublicationEvidence, _ noted: PublishedIssuer, now: UnixTime) throws(OperatorError) {
        let thisUpdate = UnixTime(noted.thisUpdate)
        guard (0...now).contains(thisUpdate), (0..<now + Self.farthest).contains(UnixTime(noted.crlNumber)) else {
            throw OperatorError(
                summary:
                    "the anchor says of \(noted.name): CRL \(noted.crlNumber) of \(thisUpdate), which lies ahead",
                remedy: "set the clock right, or take the anchor out of the configuration if it was altered")
        }
        evidence.number = max(evidence.number, noted.crlNumber)
        evidence.thisUpdate = max(evidence.thisUpdate, thisUpdate)
    }

    /// How far numbers can be ahead of the seconds since 1970: one a second for ten years.
    private static let farthest: Int64 = 10 * 366 * 86_400

    private func makeTokenIfNone(_ report: RecoveryReport) async throws {
        guard !report.keptToken else { return }
        var generator = AnyGenerator(base: randomness.generator())
        try await AdminToken.make(in: ledger, file: directory.adminToken, action: .tokenCreate, clock: clock, using: &generator)
        logger.notice("new admin token", metadata: ["file": "\(directory.adminToken)"])
    }

    /// Puts the newest lists in place, and writes index and anchor anew: what they said before names records that are lost.
    private func publish(_ found: FoundLists) async throws {
        let published = PublishedDirectory(path: directory.published)
        try DurableFile.makeDirectory(directory.published, mode: 0o755)
        let names = opened.list.names + [IssuerName.root.description]
        for name in names {
            guard let newest = found.newest(of: name), let number = newest.number else { continue }
            try published.publish(newest.der, issuer: name, number: number)
        }
        let head = try await ledger.auditHead()
        try published.refreshIndex(issuers: names, auditHead: PublishedAuditHead(id: head.id, hash: hexadecimal(head.hash)))
        if let anchor = rollbackDetection.anchor, let index = try published.index() { try anchor.write(index) }
    }

    private func event(_ found: FoundLists, anchor: PublishedIndex?, at milliseconds: Int64) -> AuditEvent {
        var details = [
            "evidence_folders": ([directory.published] + rollbackDetection.folders + rollbackDetection.namedFolders).joined(separator: ", ")
        ]
        for (name, lists) in found.lists {
            details["evidence_\(name)"] = lists.compactMap { $0.number.map(String.init) }.joined(separator: ", ")
        }
        if let anchor { details["anchor_audit_id"] = String(anchor.auditHead.id) }
        return AuditEvent(
            timestamp: milliseconds, principal: "system", action: .recover, resource: "ledger", result: .allowed, ipAddress: "",
            userAgent: "",
            details: details)
    }

    private func tell(_ report: RecoveryReport, _ found: FoundLists) {
        logger.notice(
            "recovered",
            metadata: [
                "revocations": "\(report.revocations)", "of_forgotten_certificates": "\(report.forgotten)",
                "tokens_and_tickets_revoked": "\(report.tokens)", "admin_token_kept": "\(report.keptToken)",
                "lists_seen": "\(found.lists.values.map(\.count).reduce(0, +))",
                "crl_numbers_above": "\(report.numbers.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))",
            ])
    }
}
