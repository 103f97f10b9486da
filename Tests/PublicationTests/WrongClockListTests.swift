internal import Crypto
import Foundation
import Ledger
import Logging
import PKI
import Publication
import ServerKit
import TestKit
import Testing

private let day: Int64 = 86_400

/// Entries that a wrong clock took for expired.
@Suite struct `A list that lost unexpired entries` {
    private let publication: Publication
    private let revoked: [SerialNumber]
    private var bench: Bench { publication.bench }

    init() async throws {
        publication = try Publication(Bench())
        revoked = try await publication.revokeThree()
    }

    private func serials(_ list: CertificateRevocationList) -> [SerialNumber] { list.entries().map(\.serialNumber) }

    /// Publishes twice with a clock that is 800 days ahead, as one that was believed at a start.
    private func dropAhead() async throws {
        bench.time.advance(800 * day)
        #expect(await publication.publisher.publishDue())
        bench.time.advance(900)
        #expect(await publication.publisher.publishDue())
    }

    @Test func `says up to which end they may be missing, and never before one has left`() async throws {
        #expect(try publication.list().expiredCertsOnCRL == nil)
        let before = try publication.list()
        try await dropAhead()
        let list = try publication.list()
        #expect(list.entryCount == 0)
        #expect(list.expiredCertsOnCRL == bench.time.now - 900 - 120)
        #expect(before.expiredCertsOnCRL == nil)
    }

    @Test(arguments: [1, 100]) func `has them again after a start with the right clock that a person confirms`(_ after: Int64) async throws
    {
        try await dropAhead()
        bench.time.advance(-800 * day + after)
        let late = try await bench.enroll(uuid(9))
        try await bench.revoke(late.serialNumber, .superseded)
        let trusting = try publication.restarted(trustsClock: true)
        #expect(await trusting.publisher.publishDue(), "\(trusting.publisher.faults)")
        #expect(try serials(trusting.list()) == revoked + [late.serialNumber])
        #expect(try trusting.list().expiredCertsOnCRL == nil)
        // And it stays so.
        bench.time.advance(900)
        let next = try publication.restarted()
        #expect(await next.publisher.publishDue())
        #expect(try serials(next.list()) == revoked + [late.serialNumber])
    }

    @Test(arguments: [false, true]) func `has them again when the clock goes back, before and after a start`(restarts: Bool) async throws {
        try await dropAhead()
        let wrong = try publication.list()
        bench.time.advance(-800 * day)
        let now = restarts ? try publication.restarted() : publication
        // The other issuer's list, which has lost nothing, waits for a clock behind it.
        await now.publisher.publishDue()
        #expect(now.publisher.faults["devices"] == nil)
        let mended = try publication.list()
        #expect(serials(mended) == revoked)
        #expect(mended.expiredCertsOnCRL == nil)
        // Nobody takes it for an older one, and only a person can say that the later time never was.
        #expect(mended.thisUpdate == wrong.thisUpdate + 1 && (mended.number ?? 0) > (wrong.number ?? 0))
        #expect(mended.nextUpdate ?? 0 > mended.thisUpdate)
        await now.publisher.publishDue()
        #expect(try publication.list().number == mended.number, "once is enough")
        let late = try await bench.enroll(uuid(9))
        try await bench.revoke(late.serialNumber, .superseded)
        #expect(await now.publisher.publishDue() == false, "others wait for a clock behind them")
        let trusting = try publication.restarted(trustsClock: true)
        #expect(await trusting.publisher.publishDue(), "\(trusting.publisher.faults)")
        #expect(try serials(trusting.list()) == revoked + [late.serialNumber])
    }

    @Test func `is not believed at a start, when an earlier version left them out without a word`() async throws {
        let last = try publication.list()
        let entry = try #require(last.entries().last)
        let number = (last.number ?? 0) + 1
        let der = try bench.ca.devices.makeCRL(
            number: number, thisUpdate: last.thisUpdate + 1, revoked: [(entry.serialNumber, entry.date, entry.reason)])
        try publication.directory.publish(der, issuer: "devices", number: number)
        let list = try CertificateRevocationList(der: der)
        try await bench.ledger.recordPublication(
            CRLRecord(
                issuer: "devices", number: number, thisUpdate: list.thisUpdate, nextUpdate: list.nextUpdate ?? 0, entryCount: 1,
                sha256: Array(SHA256.hash(data: der))),
            audit: AuditEvent(
                timestamp: bench.time.now.milliseconds, principal: "system", action: .crlPublish, resource: "devices", result: .allowed,
                ipAddress: "", userAgent: "", details: [:]))
        bench.time.advance(10)
        let restarted = try publication.restarted()
        #expect(await restarted.publisher.publishDue(), "\(restarted.publisher.faults)")
        #expect(try serials(restarted.list()) == revoked)
    }

    @Test func `loses none while the clock is not believed`() async throws {
        bench.time.distrust(.ahead(expected: bench.time.now, now: bench.time.now + 800 * day))
        try await dropAhead()
        #expect(try publication.list().entryCount == 3)
    }
}

/// Starts follow each other faster than lists may.
@Suite struct `Many starts` {
    private let publication: Publication
    private var bench: Bench { publication.bench }

    init() async throws {
        publication = try Publication(Bench())
        #expect(await publication.publisher.publishDue())
    }

    @Test func `publish nothing that is not due`() async throws {
        let files = try publication.snapshot()
        for _ in 1...200 { #expect(await (try publication.restarted()).publisher.publishDue()) }
        #expect(try publication.snapshot() == files)
        bench.time.advance(900)
        #expect(await (try publication.restarted()).publisher.publishDue())
        #expect(try publication.list().thisUpdate == bench.time.now - 120)
    }

    @Test(arguments: ["devices.crl", "devices.crl.pem", "a copy"]) func `make a list anew whose files are missing or wrong`(
        _ name: String
    ) async throws {
        let number = try #require(try publication.list().number)
        let file = name == "a copy" ? "devices-\(number).crl" : name
        for isMissing in [true, false] where isMissing || file.hasSuffix("pem") {
            let before = try #require(try publication.list().number)
            if isMissing {
                try FileManager.default.removeItem(atPath: publication.files.path(file))
            } else {
                try publication.files.write("-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n", to: file)
            }
            bench.time.advance(1)
            #expect(await (try publication.restarted()).publisher.publishDue())
            let list = try publication.list()
            #expect((list.number ?? 0) > before)
            #expect(try publication.files.text("devices.crl.pem") == list.pem)
        }
    }

    @Test func `each with a revocation, never use up the backdating`() async throws {
        for number in 1...150 {
            // Two starts in each second.
            if number.isMultiple(of: 2) { bench.time.advance(1) }
            let record = try await bench.enroll(uuid(number))
            try await bench.revoke(record.serialNumber, .superseded)
            let restarted = try publication.restarted()
            #expect(await restarted.publisher.publishDue(), "\(restarted.publisher.faults)")
            if await restarted.publisher.isWaiting {
                #expect(try !restarted.list().contains(record.serialNumber))
                bench.time.advance(1)
                #expect(await restarted.publisher.publishDue())
            }
            let list = try restarted.list()
            #expect(list.contains(record.serialNumber) && list.thisUpdate <= bench.time.now - 60)
        }
    }
}

@Suite struct `Lists from the future` {
    @Test func `are followed by one of now when the operator trusts the clock, with a higher number`() async throws {
        let bench = try Bench()
        let ahead = try Publication(bench)
        bench.time.advance(86_400)
        #expect(await ahead.publisher.publishDue())
        let wrong = try ahead.list()
        bench.time.advance(-86_400 + 60)
        let careful = try Publication(bench, files: ahead.files)
        #expect(await careful.publisher.publishDue() == false)
        #expect(try careful.list().der == wrong.der)
        let trusting = RevocationListPublisher(
            issuers: bench.issuers, ledger: bench.ledger, directory: ahead.directory, schedule: .init(), clock: bench.time.wallClock,
            trustsClock: true, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        #expect(await trusting.publishDue())
        let right = try ahead.list()
        let (number, before) = (try #require(right.number), try #require(wrong.number))
        #expect(right.thisUpdate == bench.time.now - 120 && number > before)
        // From there on it only rises again.
        bench.time.advance(-7_200)
        try await bench.revoke(try await bench.enroll(uuid(1)).serialNumber, .superseded)
        #expect(await trusting.publishDue() == false)
        #expect(try ahead.list().der == right.der)
    }
}
