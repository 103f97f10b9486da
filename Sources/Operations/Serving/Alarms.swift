package import Authority
package import Ledger
package import Logging
package import PKI
package import Publication
package import SQLiteLedger

/// All alarms of a running server, for health and log.
package struct Alarms: Sendable {
    private let authority: Authority
    private let publisher: RevocationListPublisher
    private let delivery: OutboxDelivery
    private let ledger: SQLiteLedger
    private let clock: GuardedClock
    private let anchoring: AnchorKeeping?
    private let root: CertificateDocument
    private let directory: DataDirectory

    package init(
        authority: Authority, publisher: RevocationListPublisher, delivery: OutboxDelivery, ledger: SQLiteLedger, clock: GuardedClock,
        anchoring: AnchorKeeping?, root: CertificateDocument, directory: DataDirectory
    ) {
        (self.authority, self.publisher, self.delivery, self.ledger, self.clock) = (authority, publisher, delivery, ledger, clock)
        (self.anchoring, self.root, self.directory) = (anchoring, root, directory)
    }

    /// Every alarm of now; empty when all is well.
    package func current() async -> [Alarm] {
        let lists = publisher.faults.sorted { $0.key < $1.key }.map { Alarm("crl_not_published", "CRL of \($0.key): \($0.value.summary)") }
        let authorities = authority.alarms(root: root, rootCRL: publisher.rootList)
        let events = delivery.overdue.map { Alarm($0) }
        return clock.alarms + authorities + (await authority.forkAlarms()) + lists + events + ledgerAlarms + (anchoring?.alarms ?? [])
    }

    private var ledgerAlarms: [Alarm] {
        let log = "\(directory.ledger)-wal"
        let holder = "a program holds an old state of it (a backup, verify, sqlite3): fuser -v \(log) tells which, end it"
        return [
            ledger.displacement.map { Alarm("ledger_moved", $0.cause) },
            ledger.writeFailure.map { Alarm(writeFailure: $0) },
            ledger.checkpointFailure.map { Alarm("ledger_log_grows", "the ledger's log grows: \($0)") },
            ledger.overlongLog.map { Alarm("ledger_log_overlong", "the ledger's log has grown to \($0 >> 20) MiB: \(holder)") },
        ].compactMap { $0 }
    }

    /// Logs at once that the ledger cannot be written, or can be written again: the look at all alarms is hourly.
    package static func log(_ failure: LedgerError?, to logger: Logger) {
        guard let failure else { return logger.notice("the ledger can be written again") }
        let alarm = Alarm(writeFailure: failure)
        logger.critical("alarm", metadata: ["code": "\(alarm.code)", "what": "\(alarm.text)"])
    }
}

extension Alarm {
    fileprivate init(writeFailure: LedgerError) {
        self.init("ledger_not_writable", "the ledger cannot be written: \(writeFailure.cause)")
    }

    fileprivate init(_ backlog: OutboxDelivery.Backlog) {
        let since = backlog.since.description
        let why = backlog.failure ?? "it has not answered yet"
        self.init("events_not_delivered", "\(backlog.receiver) has not heard of what happened since \(since): \(why)")
    }
}
