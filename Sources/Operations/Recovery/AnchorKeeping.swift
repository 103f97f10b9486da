import APISchema
package import Authority
package import Ledger
package import Logging
import PKI
package import Publication
import ServiceLifecycle
import Synchronization

/// Keeps the anchor up to date: within seconds of each publication, within a minute of every other record, and at the end.
package final class AnchorKeeping: Service {
    private struct State {
        var written: PublishedIndex?
        var idleTicks = 0
        var fault: OperatorError?
    }

    private let anchor: LedgerAnchor
    private let ledger: any AuditLedger
    private let published: PublishedDirectory
    private let clock: any Clock<Duration>
    private let logger: Logger
    private let state = Mutex(State())

    private static let tick = Duration.seconds(5)
    /// Ticks after which a head of the audit log that grew is written though no list did.
    private static let mostIdleTicks = 12

    package init(
        anchor: LedgerAnchor, ledger: any AuditLedger, published: PublishedDirectory, clock: any Clock<Duration>, logger: Logger
    ) {
        (self.anchor, self.ledger, self.published, self.clock) = (anchor, ledger, published, clock)
        self.logger = logger
    }

    /// Why the anchor is not up to date; nil when it is.
    package var alarms: [Alarm] {
        state.withLock { $0.fault }.map { [Alarm("anchor_not_written", "the anchor is not up to date: \($0.summary)")] } ?? []
    }

    package func run() async throws {
        repeat { await write(always: false) } while await sleepUnlessShuttingDown(Self.tick, clock)
    }

    /// Writes how far the ledger is now.
    /// - Parameter always: also when only the audit log grew, and that a moment ago.
    package func write(always: Bool) async {
        do {
            let issuers = try published.index()?.issuers ?? []
            let head = try await ledger.auditHead()
            let now = PublishedIndex(issuers: issuers, auditHead: PublishedAuditHead(id: head.id, hash: hexadecimal(head.hash)))
            guard isDue(now, always: always) else { return }
            try anchor.write(now)
            state.withLock { $0 = State(written: now) }
        } catch {
            note(OperatorError(error))
        }
    }

    private func isDue(_ now: PublishedIndex, always: Bool) -> Bool {
        state.withLock { state in
            guard state.written != now else { return false }
            state.idleTicks += 1
            return always || state.written?.issuers != now.issuers || state.idleTicks >= Self.mostIdleTicks
        }
    }

    private func note(_ fault: OperatorError) {
        let isNew = state.withLock { state in
            defer { state.fault = fault }
            return state.fault?.summary != fault.summary
        }
        if isNew { logger.critical("anchor not written", metadata: ["error": "\(fault.summary)", "remedy": "\(fault.remedy)"]) }
    }
}
