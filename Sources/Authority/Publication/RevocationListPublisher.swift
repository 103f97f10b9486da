import APISchema
internal import Crypto
package import Issuance
package import Ledger
package import Logging
package import PKI
import Synchronization

/// Builds and publishes the CRL of one issuer after another, on a thread of its own.
package actor RevocationListPublisher {
    /// How CRLs are dated, in seconds.
    package struct Schedule: Sendable, Equatable {
        /// A CRL is made again at least this often.
        package var refresh: Int64
        /// From now to nextUpdate.
        package var lifetime: Int64
        /// How far thisUpdate lies in the past, for verifiers whose clock is late.
        package var backdate: Int64

        package init(refresh: Int64 = 900, lifetime: Int64 = 7 * 86_400, backdate: Int64 = 120) {
            self.refresh = refresh
            self.lifetime = lifetime
            self.backdate = backdate
        }
    }

    private struct Line {
        let issuer: Issuer
        var buffer = EntryBuffer()
        /// The published CRL's thisUpdate and number; nil before the first one.
        var last: (thisUpdate: Int64, number: Int64)?
        var builtAt: Int64?
        var isLoaded = false
    }

    private let executor = SerialQueueExecutor(label: "signet.crl")
    private let ledger: any CertificateLedger
    private let directory: PublishedDirectory
    private let schedule: Schedule
    private let clock: WallClock
    private let logger: Logger
    private var lines: [String: Line]
    /// Issuers whose last build failed, with the reason: shown by health until one succeeds.
    package nonisolated var faults: [String: PublicationFault] { state.withLock { $0.faults } }
    /// The newest published CRL of an issuer; nil before the first publication. Readers never wait for a build.
    package nonisolated func list(of issuer: String) -> CertificateRevocationList? { state.withLock { $0.lists[issuer] } }

    private struct State {
        var faults: [String: PublicationFault] = [:]
        var lists: [String: CertificateRevocationList] = [:]
    }
    private let state = Mutex(State())

    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    package init(
        issuers: [Issuer], ledger: any CertificateLedger, directory: PublishedDirectory, schedule: Schedule, clock: WallClock,
        logger: Logger
    ) {
        self.ledger = ledger
        self.directory = directory
        self.schedule = schedule
        self.clock = clock
        self.logger = logger
        lines = Dictionary(uniqueKeysWithValues: issuers.map { ($0.name, Line(issuer: $0)) })
    }

    /// Publishes every CRL that is due: those with a waiting revocation, those that are old, those that do not exist.
    /// - Returns: true when nothing failed.
    @discardableResult
    package func publishDue() async -> Bool {
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
        if published { await refreshIndex() }
        return faults.isEmpty
    }

    /// Writes bundle and index from the CRLs that are there.
    package func refreshIndex() async {
        do throws(PublicationFault) {
            let head: AuditHead
            do { head = try await ledger.auditHead() } catch { throw .ledger(error) }
            try directory.refreshIndex(
                issuers: lines.keys.sorted() + ["root"], auditHead: PublishedAuditHead(id: head.id, hash: hexadecimal(head.hash)))
            let root = try directory.revocationList(of: "root")
            state.withLock { $0.lists["root"] = root }
            setFault(nil, of: "index")
        } catch {
            note(error, issuer: "index")
        }
    }

    /// Writes bundle and index anew when the ceremony has replaced the root's CRL.
    package func refreshIndexIfRootChanged() async {
        do throws(PublicationFault) {
            let indexed = try directory.index()?.issuers.first { $0.name == "root" }?.crlNumber
            guard try directory.revocationList(of: "root")?.number != indexed else { return }
        } catch {
            return note(error, issuer: "root")
        }
        setFault(nil, of: "root")
        await refreshIndex()
    }

    private func isDue(_ name: String) async throws(PublicationFault) -> Bool {
        guard var line = lines[name] else { return false }
        if !line.isLoaded {
            // A start always builds: a crash may have come between a reservation and its file.
            let published = try directory.revocationList(of: name)
            line.last = published.map { ($0.thisUpdate, $0.number ?? 0) }
            state.withLock { $0.lists[name] = published }
            line.isLoaded = true
            lines[name] = line
        }
        guard let builtAt = line.builtAt, clock.seconds - builtAt < schedule.refresh else { return true }
        do { return try await ledger.hasPendingRevocations(issuer: name) } catch { throw .ledger(error) }
    }

    private func publish(_ name: String) async throws(PublicationFault) {
        guard var line = lines[name] else { return }
        let now = clock.seconds
        let thisUpdate = max(now - schedule.backdate, (line.last?.thisUpdate ?? 0) + 1)
        guard thisUpdate <= now else { throw .clockWentBack(lastThisUpdate: thisUpdate - 1, now: now) }
        let reservation: CRLReservation
        do { reservation = try await ledger.reserveCRL(issuer: name, after: line.buffer.sequence, now: now) } catch { throw .ledger(error) }
        // Another build may have come between: a CRL never follows a newer one.
        if let last = lines[name]?.last, last.number >= reservation.number || last.thisUpdate >= thisUpdate {
            throw .numberBehind(issuer: name, published: last.number, reserved: reservation.number)
        }
        // From here until the file is in place a build is owed, whatever the ledger's reservation says.
        lines[name]?.builtAt = nil
        let isFirst = line.buffer.sequence == 0
        line.buffer.append(reservation.entries)
        if isFirst { try check(line, reservation, name) }
        if let last = line.last { line.buffer.dropExpired(before: last.thisUpdate, now: now) }
        let list = try build(line, number: reservation.number, thisUpdate: thisUpdate, nextUpdate: now + schedule.lifetime)
        try directory.publish(list, issuer: name, number: reservation.number)
        state.withLock { $0.lists[name] = list }
        line.last = (thisUpdate, reservation.number)
        line.builtAt = now
        lines[name] = line
        try await record(list, issuer: name, number: reservation.number)
    }

    /// A restart trusts what was published before: nothing that it lists may be missing in the ledger.
    private func check(_ line: Line, _ reservation: CRLReservation, _ name: String) throws(PublicationFault) {
        guard let previous = try directory.revocationList(of: name) else { return }
        if let number = previous.number, number >= reservation.number {
            throw .numberBehind(issuer: name, published: number, reserved: reservation.number)
        }
        if let serial = line.buffer.forgotten(since: previous) { throw .forgotten(issuer: name, serial) }
    }

    private func build(
        _ line: Line, number: Int64, thisUpdate: Int64, nextUpdate: Int64
    ) throws(PublicationFault) -> CertificateRevocationList {
        let der: [UInt8]
        do {
            der = try line.issuer.revocationList(
                number: number, thisUpdate: thisUpdate, nextUpdate: nextUpdate, entries: line.buffer.encoded)
        } catch { throw .signing(error) }
        // Read back before it goes out: what we cannot read, nobody gets.
        guard let list = try? CertificateRevocationList(der: der), list.entryCount == line.buffer.count, list.number == number else {
            throw .signing(.undecodable("the CRL we built"))
        }
        return list
    }

    private func record(_ list: CertificateRevocationList, issuer: String, number: Int64) async throws(PublicationFault) {
        let record = CRLRecord(
            issuer: issuer, number: number, thisUpdate: list.thisUpdate, nextUpdate: list.nextUpdate ?? 0, entryCount: list.entryCount,
            sha256: Array(SHA256.hash(data: list.der)))
        let event = AuditEvent(
            timestamp: clock.milliseconds(), principal: "system", action: .crlPublish, resource: issuer, result: .allowed, ipAddress: "",
            userAgent: "", details: ["number": "\(number)", "entries": "\(list.entryCount)"])
        do { try await ledger.recordPublication(record, audit: event) } catch { throw .ledger(error) }
        logger.info("CRL published", metadata: ["issuer": "\(issuer)", "number": "\(number)", "entries": "\(list.entryCount)"])
    }

    private nonisolated func setFault(_ fault: PublicationFault?, of issuer: String) {
        state.withLock { $0.faults[issuer] = fault }
    }

    private func note(_ fault: PublicationFault, issuer: String) {
        // A build that was cut off by the end of the program is no fault.
        guard faults[issuer] != fault, !Task.isCancelled else { return }
        setFault(fault, of: issuer)
        logger.critical("CRL not published", metadata: ["issuer": "\(issuer)", "error": "\(fault.summary)", "remedy": "\(fault.remedy)"])
    }
}
