package import APISchema
package import Authority
import DurableFiles
import Foundation
package import Ledger
package import Logging
import PKI
package import Publication
import ServiceLifecycle
import Synchronization

/// Places outside the ledger that say how far it once was: an old copy that was put back is detected by them.
package struct RollbackDetection: Sendable {
    let anchor: LedgerAnchor?
    /// Folders of the configuration with copies of published lists: one without any is passed over.
    let folders: [String]
    /// Folders that the operator named for this start: one without a list of this CA is an error.
    let namedFolders: [String]

    package init(anchor: LedgerAnchor?, folders: [String], namedFolders: [String]) {
        (self.anchor, self.folders, self.namedFolders) = (anchor, folders, namedFolders)
    }

    /// Reads the lists of all folders; those that do not count as evidence are logged.
    /// - Parameter others: further folders, passed over when there is no list in them.
    func lists(of opened: OpenedIssuers, and others: [String] = [], logger: Logger) throws(OperatorError) -> FoundLists {
        var found = FoundLists(opened)
        for folder in others + folders { try found.look(in: folder, mustHelp: false) }
        for folder in namedFolders { try found.look(in: folder, mustHelp: true) }
        for doubt in found.doubts { logger.warning("not taken as evidence", metadata: ["what": "\(doubt)"]) }
        return found
    }

    /// Refuses an anchor in the data directory: whoever puts an old copy of that back puts back the anchor, too.
    package func checkAnchor(isOutside directory: DataDirectory) throws(OperatorError) {
        guard let anchor = anchor?.path else { return }
        let folder = URL(fileURLWithPath: directory.path).resolvingSymlinksInPath().path
        let place = URL(fileURLWithPath: anchor).deletingLastPathComponent().resolvingSymlinksInPath().path
        guard place != folder, !place.hasPrefix("\(folder)/") else {
            throw OperatorError(
                summary: "the anchor \(anchor) lies in \(directory.path)", remedy: "put it on another disk, and set ledger.anchor")
        }
    }
}

/// A note outside the data directory of how far the ledger is: what `index.json` says, where nobody restores it together with the ledger.
package struct LedgerAnchor: Sendable {
    package let path: String

    package init(path: String) { self.path = path }

    /// nil when there is none yet.
    package func read() throws(OperatorError) -> PublishedIndex? {
        do {
            guard let octets = try DurableFile.readIfPresent(path, limit: 1 << 20) else { return nil }
            return try JSONDecoder().decode(PublishedIndex.self, from: Data(octets))
        } catch let failure as FileFailure {
            throw OperatorError(failure)
        } catch {
            throw OperatorError(
                summary: "the anchor \(path) cannot be read: \(error)", remedy: "restore the file; without it an old ledger may pass unseen"
            )
        }
    }

    /// Replaces the note whole.
    package func write(_ index: PublishedIndex) throws(OperatorError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        do { try DurableFile.replace(path, with: Array(try encoder.encode(index)) + [0x0A], mode: 0o644) } catch {
            throw OperatorError(error)
        }
    }
}

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
