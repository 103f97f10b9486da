import APISchema
package import Issuance
package import Ledger
package import Logging
package import PKI
import Synchronization

/// Builds and publishes the CRL of one issuer after another, on a thread of its own.
package actor RevocationListPublisher {
    /// Intervals by which CRLs are made and dated, in seconds.
    package struct Schedule: Sendable, Equatable {
        /// A CRL is made again at least this often.
        package var refresh: Int64
        /// From now to nextUpdate.
        package var lifetime: Int64
        /// Seconds by which thisUpdate lies in the past, for verifiers whose clock is late.
        package var backdate: Int64

        package init(refresh: Int64 = 900, lifetime: Int64 = 7 * 86_400, backdate: Int64 = 120) {
            self.refresh = refresh
            self.lifetime = lifetime
            self.backdate = backdate
        }
    }

    private let executor = LowPriorityExecutor(name: "signet.crl")
    let ledger: any CRLLedger & AuditLedger
    let directory: PublishedDirectory
    let schedule: Schedule
    let clock: WallClock
    /// True when a CRL of now may follow one that is dated into the future.
    let trustsClock: Bool
    let logger: Logger
    let lines: [String: PublicationLine]
    /// Issuers whose last build failed, with the reason: shown by health until one succeeds.
    package nonisolated var faults: [String: PublicationFault] { state.withLock { $0.faults } }
    /// The root's newest CRL; nil when there is none.
    package nonisolated var rootList: CertificateRevocationList? { state.withLock { $0.root } }

    /// True when a CRL is due that has to wait for the next second.
    package var isWaiting: Bool { lines.values.contains(where: \.isWaiting) }

    private struct State {
        var faults: [String: PublicationFault] = [:]
        var root: CertificateRevocationList?
        var published: [String: PublishedIssuer] = [:]
    }
    private let state = Mutex(State())
    private var isBuilding = false
    /// Builds that wait for the one that runs.
    private(set) var turns: [CheckedContinuation<Void, Never>] = []

    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// - Parameter trustsClock: an operator said that the clock is right, whatever the published lists are dated.
    package init(
        issuers: [Issuer], ledger: any CRLLedger & AuditLedger, directory: PublishedDirectory, schedule: Schedule, clock: WallClock,
        trustsClock: Bool = false, logger: Logger
    ) {
        self.ledger = ledger
        self.directory = directory
        self.schedule = schedule
        self.clock = clock
        self.trustsClock = trustsClock
        self.logger = logger
        lines = Dictionary(uniqueKeysWithValues: issuers.map { ($0.name, PublicationLine(issuer: $0)) })
    }

    /// Publishes every CRL that is due: those with a waiting revocation, those that are old, those that do not exist.
    /// - Returns: true when nothing failed.
    @discardableResult
    package func publishDue() async -> Bool {
        await inTurn {
            var published = false
            for name in lines.keys.sorted() {
                do throws(PublicationFault) {
                    guard try await isDue(name) else { continue }
                    try await publish(name)
                    published = true
                    setFault(nil, of: name)
                } catch {
                    note(error, issuer: name)
                }
            }
            // An index that could not be written is owed, whether or not there is a new list.
            if published || faults["index"] != nil { await writeIndex() }
            return faults.isEmpty
        }
    }

    /// Writes bundle and index from the CRLs that are there.
    package func refreshIndex() async { await inTurn { await writeIndex() } }

    private func writeIndex() async {
        do throws(PublicationFault) {
            let (head, known) = (try await signedHead(), try await knownEntries())
            try directory.refreshIndex(issuers: lines.keys.sorted() + [IssuerName.root.description], known: known, auditHead: head)
            try readRoot()
            setFault(nil, of: "index")
        } catch {
            note(error, issuer: "index")
        }
    }

    /// Runs one build after the other. An actor takes the next call while one awaits the ledger or a key; a second build would change the list that is
    /// being signed, and an older index could replace a newer one.
    private func inTurn<Result>(_ build: () async -> Result) async -> Result {
        if isBuilding { await withCheckedContinuation { turns.append($0) } }
        isBuilding = true
        defer {
            // Handed on: whoever calls in between waits as well.
            if turns.isEmpty { isBuilding = false } else { turns.removeFirst().resume() }
        }
        return await build()
    }

    /// The signed index entries of the newest CRLs. Those of before the start are read from their files.
    private func knownEntries() async throws(PublicationFault) -> [PublishedIssuer] {
        var known = state.withLock { $0.published }
        for (name, line) in lines where known[name] == nil {
            guard let list = try directory.revocationList(of: name) else { continue }
            var entry = PublishedIssuer(name: name, list: list)
            entry.signature = try await line.issuer.signature(of: entry.statement)
            known[name] = entry
        }
        return Array(known.values)
    }

    /// The newest row of the audit chain, signed by the first of the issuers.
    private func signedHead() async throws(PublicationFault) -> PublishedAuditHead {
        var published: PublishedAuditHead
        do throws(LedgerError) {
            let head = try await ledger.auditHead()
            published = PublishedAuditHead(id: head.id, hash: hexadecimal(head.hash), recoveredAt: try await ledger.lastRecovery()?.seconds)
        } catch { throw .ledger(error) }
        guard let name = lines.keys.min(), let issuer = lines[name]?.issuer else { return published }
        published.issuer = name
        published.signature = try await issuer.signature(of: published.statement)
        return published
    }

    /// Reads the root's CRL, so that alarms know it before the first publication.
    package func readRoot() throws(PublicationFault) {
        let root = try directory.revocationList(of: IssuerName.root.description)
        state.withLock { $0.root = root }
    }

    /// Writes bundle and index anew when the ceremony has replaced the root's CRL.
    package func refreshIndexIfRootChanged() async {
        do throws(PublicationFault) {
            let indexed = try directory.index()?.issuers.first { $0.name == IssuerName.root.description }?.crlNumber
            // The ceremony writes the index itself; what alarms and issuing go by is then read all the same.
            let newest = try directory.revocationList(of: IssuerName.root.description)
            state.withLock { $0.root = newest }
            guard newest?.number != indexed else { return }
        } catch {
            return note(error, issuer: IssuerName.root.description)
        }
        setFault(nil, of: IssuerName.root.description)
        await refreshIndex()
    }

    /// Notes the index entry of a CRL that was just published.
    nonisolated func setPublished(_ entry: PublishedIssuer) { state.withLock { $0.published[entry.name] = entry } }

    nonisolated func setFault(_ fault: PublicationFault?, of issuer: String) {
        state.withLock { $0.faults[issuer] = fault }
    }

    func note(_ fault: PublicationFault, issuer: String) {
        // A build that was cut off by the end of the program is no fault.
        guard faults[issuer] != fault, !Task.isCancelled else { return }
        setFault(fault, of: issuer)
        logger.critical("CRL not published", metadata: ["issuer": "\(issuer)", "error": "\(fault.summary)", "remedy": "\(fault.remedy)"])
    }
}
