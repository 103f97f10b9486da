internal import Crypto
import Issuance
import Ledger
import Logging
import PKI

/// Loading and checking of CRLs that were published before the start.
extension RevocationListPublisher {
    /// Rows that are read from the ledger at once.
    private static let page = 2_048

    /// Takes the entries from the newest file that the ledger recorded, octet by octet, and only what came later from its rows: of a million
    /// entries, in a tenth of the time. From rows alone where the file lacks an entry that it should have.
    func load(_ line: PublicationLine) async throws(PublicationFault) {
        let name = line.issuer.name
        let published = try directory.revocationList(of: name)
        let latest = trustsClock ? clock.now - schedule.backdate - 1 : UnixTime.max
        var last = published.map { (thisUpdate: min($0.thisUpdate, latest), number: $0.number ?? 0) }
        let state = try await state(of: name)
        // No CRL can say a later time than the year 9999.
        let least = min(state.leastThisUpdate, .endOfYear9999)
        if least > last?.thisUpdate ?? 0 { last = (least, last?.number ?? 0) }
        let (list, sequence) = try await recordedList(of: name, published: published)
        guard !line.isLoaded else { return }
        line.last = last
        line.isChecked = last == nil || list?.number == last?.number
        if let list, try await isComplete(list, of: name, through: sequence) {
            line.signedAt = signingTime(of: list, line)
            // No new one for a start alone: the published list has the ledger's newest number, and its files are whole.
            let isNewest = list.number == published?.number && list.number == state.lastNumber
            line.builtAt = isNewest && directory.isWhole(list, issuer: name) ? line.signedAt : nil
            line.buffer = EntryBuffer(continuing: list, sequence: sequence)
            try await readRows(line)
        } else {
            line.builtAt = nil
            line.isMended = published?.expiredCertsOnCRL.map { $0 > clock.now } ?? false
            try await rebuild(line, beside: published)
        }
        line.isLoaded = true
    }

    /// Takes the entries from the ledger's rows again when some left by a clock that has gone back since: their certificates have not expired.
    func mend(_ line: PublicationLine) async throws(PublicationFault) {
        guard let from = line.buffer.expiredCertsOnCRL, from > clock.now else { return }
        try await rebuild(line, beside: try directory.revocationList(of: line.issuer.name))
        line.builtAt = nil
        line.isMended = true
        logger.warning(
            "entries left the CRL by a clock that was ahead: they are back", metadata: ["issuer": "\(line.issuer.name)"])
    }

    /// True when a recorded list lacks no entry that must still be in it. One that no entry has left has an entry for each row.
    private func isComplete(
        _ list: CertificateRevocationList, of name: String, through sequence: Int64
    ) async throws(PublicationFault) -> Bool {
        // An operator told that records were made with a wrong clock.
        guard !trustsClock else { return false }
        if let from = list.expiredCertsOnCRL { return from <= clock.now }
        do { return try await ledger.revocationCount(issuer: name, through: sequence) == list.entryCount } catch { throw .ledger(error) }
    }

    /// Time at which a list was signed; nil when it was by another clock, for another lifetime, or by another certificate's key.
    private func signingTime(of list: CertificateRevocationList, _ line: PublicationLine) -> UnixTime? {
        guard let nextUpdate = list.nextUpdate, list.authorityKeyIdentifier == line.issuer.certificate.subjectKeyIdentifier else {
            return nil
        }
        let time = nextUpdate - schedule.lifetime
        return time > clock.now || time < list.thisUpdate ? nil : time
    }

    /// Takes the entries from the ledger's rows, all that have not expired and those that `list` still shows.
    private func rebuild(_ line: PublicationLine, beside list: CertificateRevocationList?) async throws(PublicationFault) {
        let now = clock.now
        let keptFrom = list == nil ? .min : min(now, line.last?.thisUpdate ?? .min)
        let entries = list?.entryOctets
        var (buffer, offset) = (EntryBuffer(), 0)
        var rows: [RevokedEntry]
        repeat {
            do {
                rows = try await ledger.revokedEntries(issuer: line.issuer.name, after: buffer.sequence, limit: Self.page)
            } catch { throw .ledger(error) }
            buffer.rebuild(from: rows, keptFrom: keptFrom) { row in
                let isListed = entries?.passes(row.serialNumber, at: &offset) ?? false
                return isListed || row.date >= now - EntryBuffer.leastStay
            }
        } while rows.count == Self.page
        line.buffer = buffer
        line.isChecked = line.last == nil
    }

    /// A recovery knows of lists that are not among the files, and a build that was cut off took a number.
    private func state(of name: String) async throws(PublicationFault) -> CRLNumbers {
        do { return try await ledger.crlNumbers(issuer: name) } catch { throw .ledger(error) }
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
    func check(_ line: PublicationLine) throws(PublicationFault) {
        if let previous = try directory.revocationList(of: line.issuer.name), let serial = line.buffer.forgotten(since: previous) {
            throw .forgotten(issuer: line.issuer.name, serial)
        }
        line.isChecked = true
    }

    /// Backfills notAfter of entries that came from a file, one page of ledger rows.
    /// - Returns: true when there may be further pages.
    package func backfillExpiries() async -> Bool {
        for (name, line) in lines.sorted(by: { $0.key < $1.key }) {
            guard let after = line.buffer.backfillsAfter else { continue }
            do throws(LedgerError) {
                let rows = try await ledger.revokedEntries(issuer: name, after: after, limit: Self.page)
                if let serial = line.buffer.takeExpiries(from: rows) { note(.forgotten(issuer: name, serial), issuer: name) }
                return true
            } catch {
                // Asked again with the next tick: until then entries stay.
                return false
            }
        }
        return false
    }
}
