import APISchema
package import Ledger
package import Logging
import PKI
import Publication

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
