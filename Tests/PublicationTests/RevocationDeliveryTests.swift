import Foundation
import Ledger
import Logging
import PKI
import Publication
import ServerKit
import TestKit
import Testing

/// CRLs as a receiver of events.
@Suite(.timeLimit(.minutes(5))) struct `CRLs by events` {
    private let bench: Bench
    private let publication: Publication
    private let clock: SkippingClock
    private let service: PublicationService

    init() throws {
        let bench = try Bench()
        self.bench = bench
        publication = try Publication(bench)
        clock = SkippingClock { bench.time.advance($0.components.seconds) }
        service = PublicationService(publisher: publication.publisher, clock: clock)
    }

    @Test func `list a revocation as soon as it is durable, and the event is gone`() async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let delivery = try await OutboxDelivery(
            to: [service], from: bench.ledger, time: bench.time.wallClock, clock: clock, logger: logger)
        let running = Task { try await delivery.run() }
        var pauses = clock.pauses.makeAsyncIterator()
        for number in 1...3 {
            let receipt = try await bench.revoke(bench.enroll(uuid(number)).serialNumber, .superseded)
            _ = await pauses.next()
            let list = try publication.list()
            #expect(list.contains(receipt.certificate.serialNumber) && list.number == receipt.certificate.revocation?.crlNumber)
            #expect(try await bench.ledger.events(for: "crl", limit: 9).isEmpty)
        }
        running.cancel()
        try await running.value
    }

    @Test func `have an event only when its revocation is in the published files, and not for another issuer's fault`() async throws {
        let record = try await bench.enroll(uuid(1))
        #expect(await publication.publisher.publishDue())
        try await bench.receiveEvents()
        try await bench.revoke(record.serialNumber, .superseded)
        let events = try await bench.ledger.events(for: "test", limit: 9)
        // A file where the directory should be: every write fails.
        let aside = publication.files.path + ".aside"
        try FileManager.default.moveItem(atPath: publication.files.path, toPath: aside)
        try Data().write(to: URL(fileURLWithPath: publication.files.path))
        await #expect(throws: PublicationFault.self) { try await service.deliver(events) }
        try FileManager.default.removeItem(atPath: publication.files.path)
        try FileManager.default.moveItem(atPath: aside, toPath: publication.files.path)
        // A list from elsewhere with a number that the ledger has not reached.
        let far = try CertificateRevocationList(
            der: bench.ca.services.makeCRL(number: 9_999_999_999, thisUpdate: bench.time.now - 500))
        try publication.directory.publish(far.der, issuer: "services", number: 9_999_999_999)
        let restarted = try publication.restarted().publisher
        try await PublicationService(publisher: restarted, clock: clock).deliver(events)
        #expect(restarted.faults.keys.sorted() == ["services"])
        #expect(try publication.list().contains(record.serialNumber))
    }

    @Test func `that must wait for the next second are waited for`() async throws {
        try await bench.receiveEvents()
        // Each takes a second of the sixty by which a list may be dated back, until one has to wait.
        for number in 1...70 where clock.count == 0 {
            let record = try await bench.enroll(uuid(number))
            try await bench.revoke(record.serialNumber, .superseded)
            try await service.deliver(bench.ledger.events(for: "test", limit: 99))
            #expect(try publication.list().contains(record.serialNumber))
        }
        #expect(clock.count == 1)
    }

    @Test func `are not looked at for a suspension alone`() async throws {
        let record = try await bench.enroll(uuid(1))
        try await bench.receiveEvents()
        let audit = AuditEvent(
            timestamp: bench.time.now.milliseconds, principal: "system", action: .suspend, resource: record.identity.description,
            result: .allowed, ipAddress: "", userAgent: "")
        _ = try await bench.ledger.suspend(record.identity, now: bench.time.now, audit: audit)
        let events = try await bench.ledger.events(for: "test", limit: 9)
        #expect(events.map(\.content) == [.suspension(record.identity)])
        try await service.deliver(events)
        #expect(try publication.snapshot().isEmpty)
    }
}
