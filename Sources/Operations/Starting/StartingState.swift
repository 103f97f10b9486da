import APISchema
import DurableFiles
import Foundation
package import Ledger
package import Logging
package import PKI
import Publication

/// What must hold before a server starts: its ledger is there, is its own, and is not older than what it has published.
package struct StartingState {
    private let directory: DataDirectory

    package init(directory: DataDirectory) { self.directory = directory }

    /// Refuses a missing ledger, which would start as an empty one, and a ledger that others may read or write.
    package func checkFiles() throws(OperatorError) {
        guard DurableFile.exists(directory.ledger) else {
            throw OperatorError(
                summary: "there is no ledger \(directory.ledger)",
                remedy: "restore it from a backup; a CA without its ledger knows none of its certificates")
        }
        for path in [directory.ledger, "\(directory.ledger)-wal", "\(directory.ledger)-shm"] where DurableFile.exists(path) {
            let attributes: [FileAttributeKey: Any]
            do { attributes = try FileManager.default.attributesOfItem(atPath: path) } catch { throw OperatorError(error) }
            guard let mode = attributes[.posixPermissions] as? Int, mode & 0o077 == 0 else {
                throw OperatorError(summary: "\(path) is open to others", remedy: "chmod 600 \(path)")
            }
        }
    }

    /// Refuses a ledger that is older than what this directory or one of the outside places knows.
    package func checkAge(
        of ledger: any CertificateLedger, opened: OpenedIssuers, rollbackDetection: RollbackDetection, logger: Logger
    ) async throws {
        if let anchor = rollbackDetection.anchor, try anchor.read() == nil {
            logger.warning("there is no anchor yet", metadata: ["path": "\(anchor.path)"])
        }
        try await checkAge(of: ledger, anchor: rollbackDetection.anchor)
        try await check(ledger, opened, against: rollbackDetection.lists(of: opened, logger: logger))
    }

    /// Refuses a ledger that was restored and not recovered, and one that is older than the last publication or the anchor.
    package func checkAge(of ledger: any CertificateLedger, anchor: LedgerAnchor?) async throws {
        guard !DurableFile.exists(directory.restoredMark) else {
            throw OperatorError(
                summary: "the ledger was restored from a backup, and may be older than what was done since", remedy: Self.recover)
        }
        let published = try PublishedDirectory(path: directory.published).index()
        try await check(ledger, published?.auditHead, "what it has published")
        try await check(ledger, anchor?.read()?.auditHead, "the anchor \(anchor?.path ?? "")")
    }

    /// Refuses a list that has lost an issuer, of those that were published, before the last of its certificates has expired: nobody would sign its
    /// CRL any more.
    package func checkIssuers(_ list: IssuerList, in ledger: any InventoryLedger, now: UnixTime) async throws {
        let published = try PublishedDirectory(path: directory.published).index()?.issuers.map(\.name) ?? []
        for name in published where list[name] == nil && name != IssuerName.root.description {
            var after: SerialNumber?
            repeat {
                let page = try await ledger.search(CertificateFilter(issuer: name), after: after, limit: 500, now: now)
                if let good = page.first(where: { $0.notAfter >= now }) {
                    throw OperatorError(
                        summary:
                            "\(directory.issuerList) does not name \(name), whose certificate \(good.serialNumber) ends at \(good.notAfter)",
                        remedy: "name \(name) in it again, with 'state: retired': its CRL is needed until its last certificate has expired")
                }
                after = page.next
            } while after != nil
        }
    }

    /// Refuses a ledger that has not reached the number of a list found elsewhere, or does not know what such a list revokes.
    private func check(_ ledger: any CertificateLedger, _ opened: OpenedIssuers, against found: FoundLists) async throws {
        for issuer in opened.list.names {
            guard let list = found.newest(of: issuer), let number = list.number else { continue }
            let last = try await ledger.crlNumbers(issuer: issuer).lastNumber
            guard number <= last else {
                throw OperatorError(
                    summary:
                        "the ledger is older than a published CRL of \(issuer): it has dealt out number \(last), the list has \(number)",
                    remedy: Self.recover)
            }
            if let serial = try await ledger.firstUnrevoked(among: list.entries().map(\.serialNumber)) {
                throw OperatorError(
                    summary: "the ledger does not know that \(serial) is revoked, which a published CRL of \(issuer) says",
                    remedy: Self.recover)
            }
        }
    }

    private static let recover = """
        restore the newest copy if there is a newer one; else start once with --recover, and name the folders of crl-publishers with --published
        """

    /// Refuses an audit log that ends before, or differs from, a head that was seen elsewhere: an old copy was put back.
    private func check(_ ledger: any CertificateLedger, _ head: PublishedAuditHead?, _ place: String) async throws {
        guard let head, head.id > 0 else { return }
        guard try await ledger.auditRow(head.id, has: head.hash) else {
            throw OperatorError(
                summary: "the ledger is older than \(place): audit row \(head.id) is missing or another one", remedy: Self.recover)
        }
    }
}

/// Temporary files of programs that were killed. A start removes them: the ledger is ours then, and no restore is under way.
package enum Leftovers {
    package static func remove(from directory: DataDirectory, anchor: LedgerAnchor?, logger: Logger) throws {
        for folder in [directory.published, directory.issuers] { try DurableFile.removeLeftovers(in: folder) }
        for path in [directory.adminToken, directory.restoredMark, directory.issuerList, "\(directory.path)/.probe"] {
            try DurableFile.removeLeftovers(of: path)
        }
        try Restore.removeLeftovers(in: directory)
        guard let anchor else { return }
        do { try DurableFile.removeLeftovers(of: anchor.path) } catch {
            // Its place may be away for now, which its own alarm says; the CA serves without.
            logger.warning("not tidied beside the anchor", metadata: ["reason": "\(error)"])
        }
    }
}

/// The clock that a server starts with: guarded by the newest that was recorded or published before.
package struct StartingClock {
    private let ledger: any AuditLedger
    private let directory: DataDirectory
    private let isTrusted: Bool
    private let read: @Sendable () -> ClockReading
    private let logger: Logger

    /// - Parameters:
    ///   - isTrusted: the operator says that the clock is right; the log keeps it.
    ///   - read: the machine's clocks.
    package init(
        ledger: any AuditLedger, directory: DataDirectory, isTrusted: Bool, read: @escaping @Sendable () -> ClockReading,
        logger: Logger
    ) {
        (self.ledger, self.directory, self.isTrusted, self.read) = (ledger, directory, isTrusted, read)
        self.logger = logger
    }

    package func open() async throws -> GuardedClock {
        let newest = try await newestRecord()
        if isTrusted { try await recordTrust(newest: newest) }
        return GuardedClock(newestRecord: isTrusted ? 0 : newest, read: read, logger: logger)
    }

    /// Milliseconds since 1970. Beside the audit log's last row the lists count, for a row may come from a command that ran with a wrong clock.
    private func newestRecord() async throws -> Int64 {
        let row = try await ledger.auditRows(AuditFilter(), before: nil, limit: 1).first
        // The root's list is left out: its ceremony may be held elsewhere, by another clock.
        let lists =
            try PublishedDirectory(path: directory.published).index()?.issuers.filter { $0.name != IssuerName.root.description }.map(
                \.thisUpdate) ?? []
        let (latest, overflow) = (lists.max() ?? 0).multipliedReportingOverflow(by: 1000)
        return max(row?.event.timestamp ?? 0, overflow ? .max : latest)
    }

    /// The row is dated by the trusted clock and becomes the newest: the next start needs no trust.
    private func recordTrust(newest: Int64) async throws {
        let now = read().wall
        try await ledger.append(
            AuditEvent(
                timestamp: now, principal: "system", action: .start, resource: "clock", result: .allowed, ipAddress: "", userAgent: "",
                details: ["trusted": "true", "newest_record": UnixTime.rfc3339(milliseconds: newest)]))
        logger.warning("the clock is trusted by order", metadata: ["now": "\(UnixTime.rfc3339(milliseconds: now))"])
    }
}
