import APISchema
internal import Crypto
import Foundation
import Issuance
import Ledger
import Logging
import PKI

extension RevocationListPublisher {
    func isDue(_ name: String) async throws(PublicationFault) -> Bool {
        guard let line = lines[name] else { return false }
        line.isWaiting = false
        if !line.isLoaded { try await load(line) }
        try await mend(line)
        guard try await isOwed(line) else { return false }
        line.isWaiting = mustWait(line)
        return !line.isWaiting
    }

    private func isOwed(_ line: PublicationLine) async throws(PublicationFault) -> Bool {
        guard let builtAt = line.builtAt, clock.now - builtAt < schedule.refresh else { return true }
        do { return try await ledger.hasPendingRevocations(issuer: line.issuer.name) } catch { throw .ledger(error) }
    }

    /// Each CRL is at least a second newer than the one before. Several made in one second, as by quick restarts, use up the backdating: when half
    /// of it is gone, the next one waits for the next second.
    private func mustWait(_ line: PublicationLine) -> Bool {
        guard let last = line.last else { return false }
        let now = clock.now
        return last.thisUpdate == now || (line.signedAt == now && last.thisUpdate < now && last.thisUpdate >= now - schedule.backdate / 2)
    }

    func publish(_ name: String) async throws(PublicationFault) {
        guard let line = lines[name] else { return }
        let now = clock.now
        let thisUpdate = max(now - schedule.backdate, (line.last?.thisUpdate ?? 0) + 1)
        guard thisUpdate <= now || line.isMended else { throw .clockWentBack(lastThisUpdate: thisUpdate - 1, now: now) }
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
        if let last = line.last, clock.fault() == nil, clock.isProven() {
            line.buffer.dropExpired(before: min(last.thisUpdate, now), now: now)
        }
        let nextUpdate = max(thisUpdate, now) + schedule.lifetime
        let draft = RevocationListDraft(
            issuer: line.issuer, number: reservation.number, thisUpdate: thisUpdate, nextUpdate: nextUpdate)
        do {
            let signature = try await draft.signature(over: line.buffer.frame(by: draft))
            try line.buffer.finish(draft, with: signature)
        } catch { throw .signing(error) }
        try directory.publish(line.buffer.der, issuer: name, number: reservation.number)
        line.last = (thisUpdate, reservation.number)
        (line.builtAt, line.signedAt, line.isMended) = (now, now, false)
        let record = CRLRecord(
            issuer: name, number: reservation.number, thisUpdate: thisUpdate, nextUpdate: nextUpdate, entryCount: line.buffer.count,
            sha256: Array(SHA256.hash(data: line.buffer.der)))
        var entry = PublishedIssuer(record)
        entry.signature = try await line.issuer.signature(of: entry.statement)
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

extension PublishedIssuer {
    /// The index entry of a CRL from the ledger's record.
    init(_ record: CRLRecord) {
        self.init(
            name: record.issuer, crlNumber: record.number, thisUpdate: record.thisUpdate.seconds, nextUpdate: record.nextUpdate.seconds,
            sha256: hexadecimal(record.sha256), entries: record.entryCount)
    }
}

extension PublishedIssuer {
    /// The index entry of a CRL.
    init(name: String, list: CertificateRevocationList) {
        self.init(
            name: name, crlNumber: list.number ?? 0, thisUpdate: list.thisUpdate.seconds,
            nextUpdate: (list.nextUpdate ?? list.thisUpdate).seconds,
            sha256: hexadecimal(SHA256.hash(data: list.der)), entries: list.entryCount)
    }
}

extension Issuer {
    /// Base64 of the issuer's signature over a statement of the index.
    func signature(of statement: [UInt8]) async throws(PublicationFault) -> String {
        do { return Data(try await sign(statement: statement)).base64EncodedString() } catch { throw .signing(error) }
    }
}
