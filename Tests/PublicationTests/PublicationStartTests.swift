import Foundation
import Ledger
import PKI
import Publication
import SQLiteLedger
import ServerKit
import TestKit
import Testing

/// Where a start takes a list's entries from.
@Suite struct `A start finds the published entries` {
    private let publication: Publication
    private let revoked: [SerialNumber]
    private var bench: Bench { publication.bench }

    init() async throws {
        publication = try Publication(Bench())
        revoked = try await publication.revokeThree()
    }

    /// Publishes as a server that starts anew; gives back the list and the publisher.
    private func restart() async throws -> (list: CertificateRevocationList, publisher: RevocationListPublisher) {
        bench.time.advance(1)
        let restarted = try publication.restarted()
        #expect(await restarted.publisher.publishDue(), "\(restarted.publisher.faults)")
        return (try restarted.list(), restarted.publisher)
    }

    @Test func `in the file that the ledger recorded, with what was revoked since`() async throws {
        let late = try await bench.enroll(uuid(9))
        try await bench.revoke(late.serialNumber, .keyCompromise)
        let (list, publisher) = try await restart()
        #expect(list.entries().map(\.serialNumber) == revoked + [late.serialNumber])
        while await publisher.backfillExpiries() {}
        #expect(publisher.faults.isEmpty)
    }

    @Test func `in its numbered copy, when the newest file was never recorded`() async throws {
        // Stopped between the file and the record: a list that the ledger does not know, with the next number and one entry less.
        let last = try publication.list()
        let entries = last.entries().prefix(2).map { ($0.serialNumber, $0.date, $0.reason) }
        let unrecorded = try bench.ca.devices.makeCRL(
            number: (last.number ?? 0) + 1, thisUpdate: bench.time.now - 60, revoked: entries)
        try publication.directory.publish(unrecorded, issuer: "devices", number: (last.number ?? 0) + 1)
        bench.time.advance(60)
        #expect(try await restart().list.entries().map(\.serialNumber) == revoked)
    }

    @Test(arguments: [false, true]) func `in the ledger's rows, when no file is the recorded one`(withoutFiles: Bool) async throws {
        for name in try publication.snapshot().keys where name.hasPrefix("devices") && name.hasSuffix(".crl") {
            if withoutFiles {
                try FileManager.default.removeItem(atPath: publication.files.path(name))
            } else {
                // The right number, other entries: who trusted it would forget two revocations.
                let last = try CertificateRevocationList(der: publication.files.read(name))
                let other = try bench.ca.devices.makeCRL(
                    number: last.number ?? 0, thisUpdate: last.thisUpdate, revoked: [(revoked[0], last.thisUpdate, .superseded)])
                try publication.files.write(other, to: name)
            }
        }
        #expect(try await restart().list.entries().map(\.serialNumber) == revoked)
    }

    @Test func `and drops them when their certificates have expired, once it has learned when that is`() async throws {
        bench.time.advance(800 * 86_400)
        let late = try await bench.enroll(uuid(9))
        try await bench.revoke(late.serialNumber, .superseded)
        // The list before this one was made before they expired, this one still lists them; the next one may drop them.
        let (first, publisher) = try await restart()
        #expect(first.entryCount == 4)
        bench.time.advance(900)
        #expect(await publisher.publishDue())
        #expect(try publication.list().entryCount == 4, "the ends are not learned yet")
        while await publisher.backfillExpiries() {}
        bench.time.advance(900)
        #expect(await publisher.publishDue())
        #expect(try publication.list().entries().map(\.serialNumber) == [late.serialNumber])
        // And the entry that came after a start from a file without the others is found again.
        #expect(try await restart().list.entries().map(\.serialNumber) == [late.serialNumber])
    }

    @Test func `and makes no list behind a date that no list can say`() async throws {
        let evidence = PublicationEvidence(issuer: "devices", thisUpdate: .max, issuerEnd: bench.time.now)
        let event = AuditEvent(
            timestamp: bench.time.now.milliseconds, principal: "system", action: .recover, resource: "", result: .allowed, ipAddress: "",
            userAgent: "")
        _ = try await bench.ledger.recover(
            RecoveryOrder(
                evidence: [evidence], since: bench.time.now, now: bench.time.now, keptTokenSHA256: nil, audit: event))
        let restarted = try publication.restarted()
        #expect(await restarted.publisher.publishDue() == false)
        guard case .clockWentBack = restarted.publisher.faults["devices"] else {
            Issue.record("\(restarted.publisher.faults)")
            return
        }
    }

    @Test func `and makes a list when a build before took a number and was cut off`() async throws {
        let last = try #require(try publication.list().number)
        let files = try publication.snapshot()
        _ = try await restart()
        #expect(try publication.snapshot() == files, "nothing is due")
        let taken = try await bench.ledger.reserveCRL(issuer: "devices", after: 0, now: bench.time.now).number
        #expect(taken > last)
        #expect(try #require(try await restart().list.number) > taken)
        #expect(try await bench.ledger.crlNumbers(issuer: "devices").lastNumber == publication.list().number)
    }

    @Test func `writes the PEM anew that a stopped publication left behind`() async throws {
        try publication.files.write("an old one", to: "devices.crl.pem")
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: publication.files.path("devices.crl.pem"))
        try publication.directory.refreshIndex(issuers: ["devices", "services"], auditHead: nil)
        let list = try publication.list()
        #expect(try publication.files.text("devices.crl.pem") == list.pem)
        #expect(try publication.files.text("bundle.crl.pem") == list.pem + publication.list("services").pem)
    }
}
