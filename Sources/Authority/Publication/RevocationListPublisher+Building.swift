import APISchema
internal import Crypto
import Issuance
import Ledger
import Logging
import PKI

extension RevocationListPublisher {
    func isDue(_ name: String) async throws(PublicationFault) -> Bool {
        guard let line = lines[name] else { return false }
        if !line.isLoaded { try await load(line) }
        // A start always builds: a crash may have come between a reservation and its file.
        guard let builtAt = line.builtAt, clock.seconds - builtAt < schedule.refresh else { return true }
        do { return try await ledger.hasPendingRevocations(issuer: name) } catch { throw .ledger(error) }
    }

    func publish(_ name: String) async throws(PublicationFault) {
        guard let line = lines[name] else { return }
        let now = clock.seconds
        let thisUpdate = max(now - schedule.backdate, (line.last?.thisUpdate ?? 0) + 1)
        guard thisUpdate <= now else { throw .clockWentBack(lastThisUpdate: thisUpdate - 1, now: now) }
        let reservation: CRLReservation
        do { reservation = try await ledger.reserveCRL(issuer: name, after: line.buffer.sequence, now: now) } catch { throw .ledger(error) }
        // Another build may have come between: a CRL never follows a newer one.
        if let last = line.last, last.number >= reservation.number || last.thisUpdate >= thisUpdate {
            throw .numberBehind(issuer: name, published: last.number, reserved: reservation.number)
        }
        // From here until the file is in place a build is owed, whatever the ledger's reservation says.
        line.builtAt = nil
        line.buffer.append(reservation.entries)
        if !line.isChecked { try check(line) }
        if let last = line.last { line.buffer.dropExpired(before: last.thisUpdate, now: now) }
        let nextUpdate = now + schedule.lifetime
        do {
            try line.buffer.sign(by: line.issuer, number: reservation.number, thisUpdate: thisUpdate, nextUpdate: nextUpdate)
        } catch { throw .signing(error) }
        try directory.publish(line.buffer.der, issuer: name, number: reservation.number)
        line.last = (thisUpdate, reservation.number)
        line.builtAt = now
        let record = CRLRecord(
            issuer: name, number: reservation.number, thisUpdate: thisUpdate, nextUpdate: nextUpdate, entryCount: line.buffer.count,
            sha256: Array(SHA256.hash(data: line.buffer.der)))
        var entry = PublishedIssuer(record)
        entry.signature = try line.issuer.signature(of: entry.statement)
        setPublished(entry)
        do { try await note(record) } catch {
            // Nobody may revoke for long: what was not recorded, and is not in the index, does not wait for that.
            line.builtAt = nil
            throw error
        }
    }

    private func note(_ record: CRLRecord) async throws(PublicationFault) {
        let event = AuditEvent(
            timestamp: clock.milliseconds(), principal: "system", action: .crlPublish, resource: record.issuer, result: .allowed,
            ipAddress: "", userAgent: "", details: ["number": "\(record.number)", "entries": "\(record.entryCount)"])
        do { try await ledger.recordPublication(record, audit: event) } catch { throw .ledger(error) }
        logger.info(
            "CRL published",
            metadata: ["issuer": "\(record.issuer)", "number": "\(record.number)", "entries": "\(record.entryCount)"])
    }
}

/// What was published before the start.
extension RevocationListPublisher {
    /// Rows that are read from the ledger at once.
    private static let page = 2_048

    /// Takes the entries from the newest file that the ledger recorded, octet by octet, and only what came later from its rows: of a million
    /// entries, in a tenth of the time.
    private func load(_ line: PublicationLine) async throws(PublicationFault) {
        let name = line.issuer.name
        let published = try directory.revocationList(of: name)
        let latest = trustsClock ? clock.seconds - schedule.backdate - 1 : Int64.max
        var last = published.map { (thisUpdate: min($0.thisUpdate, latest), number: $0.number ?? 0) }
        let least = try await leastThisUpdate(of: name)
        if least > last?.thisUpdate ?? 0 { last = (least, last?.number ?? 0) }
        let (list, sequence) = try await recordedList(of: name, published: published)
        guard !line.isLoaded else { return }
        line.isChecked = last == nil || list?.number == last?.number
        if let list { line.buffer = EntryBuffer(continuing: list, sequence: sequence) }
        line.last = last
        try await readRows(line)
        line.isLoaded = true
    }

    /// A recovery knows of lists that are not among the files; 0 without one.
    private func leastThisUpdate(of name: String) async throws(PublicationFault) -> Int64 {
        do { return try await ledger.publicationState(issuer: name).leastThisUpdate } catch { throw .ledger(error) }
    }

    /// The newest CRL that is to the octet what the ledger recorded, with the sequence of its newest entry. That the ledger recorded it proves
    /// that the ledger has all its entries.
    private func recordedList(
        of name: String, published: consuming CertificateRevocationList?
    ) async throws(PublicationFault) -> (CertificateRevocationList?, sequence: Int64) {
        do throws(LedgerError) {
            guard let record = try await ledger.lastPublication(issuer: name) else { return (nil, 0) }
            let sequence = try await ledger.lastSequence(issuer: name, inCRL: record.number)
            if published?.number != record.number { published = readableCopy(of: name, number: record.number) }
            guard let list = published, list.number == record.number, record.sha256.elementsEqual(SHA256.hash(data: list.der)) else {
                return (nil, 0)
            }
            return (list, sequence)
        } catch { throw .ledger(error) }
    }

    // A copy that cannot be read is as good as none: the rows say the same.
    private func readableCopy(of name: String, number: Int64) -> CertificateRevocationList? {
        do { return try directory.copy(of: name, number: number) } catch { return nil }
    }

    private func readRows(_ line: PublicationLine) async throws(PublicationFault) {
        var rows: [RevokedEntry]
        repeat {
            do {
                rows = try await ledger.revokedEntries(issuer: line.issuer.name, after: line.buffer.sequence, limit: Self.page)
            } catch { throw .ledger(error) }
            line.buffer.append(rows)
        } while rows.count == Self.page
    }

    /// A restart trusts what was published before: nothing that it lists may be missing in the ledger.
    private func check(_ line: PublicationLine) throws(PublicationFault) {
        if let previous = try directory.revocationList(of: line.issuer.name), let serial = line.buffer.forgotten(since: previous) {
            throw .forgotten(issuer: line.issuer.name, serial)
        }
        line.isChecked = true
    }

    /// Learns from the ledger when the certificates end whose entries came from a file, a page at a time.
    /// - Returns: whether there may be more to learn.
    package func learnEnds() async -> Bool {
        for (name, line) in lines.sorted(by: { $0.key < $1.key }) {
            guard let after = line.buffer.learnsAfter else { continue }
            do throws(LedgerError) {
                let rows = try await ledger.revokedEntries(issuer: name, after: after, limit: Self.page)
                if let serial = line.buffer.learn(from: rows) { note(.forgotten(issuer: name, serial), issuer: name) }
                return true
            } catch {
                // Asked again with the next tick: until then entries stay.
                return false
            }
        }
        return false
    }
}

extension PublishedIssuer {
    /// What the index says of a CRL that the ledger noted.
    fileprivate init(_ record: CRLRecord) {
        self.init(
            name: record.issuer, crlNumber: record.number, thisUpdate: record.thisUpdate, nextUpdate: record.nextUpdate,
            sha256: hexadecimal(record.sha256), entries: record.entryCount)
    }
}
