import Foundation
import Ledger
import PKI
import Publication
import SQLiteLedger
import ServerKit
import TestKit
import Testing

@Suite struct `Published CRLs in trouble` {
    private let bench: Bench
    private let publication: Publication

    init() throws {
        bench = try Bench()
        publication = try Publication(bench)
    }

    private func publish() async -> Bool { await publication.publisher.publishDue() }

    @Test func `stay as they are while the clock is set back, and go on after`() async throws {
        let record = try await bench.enroll(uuid(1))
        #expect(await publish())
        let before = try publication.snapshot()
        try await bench.revoke(record.serialNumber, .superseded)
        bench.time.advance(-7_200)
        #expect(await publish() == false)
        #expect(try publication.snapshot() == before)
        let fault = PublicationFault.clockWentBack(lastThisUpdate: ThrowAwayCA.now - 120, now: ThrowAwayCA.now - 7_200)
        #expect(publication.publisher.faults["devices"] == fault)
        bench.time.advance(7_201)
        #expect(await publish())
        #expect(publication.publisher.faults.isEmpty)
        #expect(try publication.list().contains(record.serialNumber))
    }

    @Test func `an index that could not be written is written at the next look, though no list is new`() async throws {
        let record = try await bench.enroll(uuid(1))
        #expect(await publish())
        // A folder in the file's place: the rename fails.
        let index = publication.files.path("index.json")
        try FileManager.default.removeItem(atPath: index)
        try FileManager.default.createDirectory(atPath: index, withIntermediateDirectories: false)
        bench.time.advance(1)
        try await bench.revoke(record.serialNumber, .superseded)
        #expect(await publish() == false)
        #expect(publication.publisher.faults.keys.sorted() == ["index"])
        let number = try publication.list().number
        try FileManager.default.removeItem(atPath: index)
        #expect(await publish())
        #expect(try publication.list().number == number, "no list was due")
        #expect(try publication.index().issuers.contains { $0["crl_number"] as? Int64 == number })
    }

    @Test func `list an expired certificate for two days and once after its end, then no longer`() async throws {
        let record = try await bench.enroll(uuid(1))
        // A second before it expires.
        bench.time.advance(record.notAfter - bench.time.now - 1)
        try await bench.revoke(record.serialNumber, .superseded)
        let revokedAt = bench.time.now
        for pause in [0, 900, 2 * 86_400 - 900] as [Int64] {
            bench.time.advance(pause)
            #expect(await publish())
            #expect(try publication.list().contains(record.serialNumber))
        }
        #expect(bench.time.now == revokedAt + 2 * 86_400)
        #expect(try publication.list().thisUpdate > record.notAfter)
        let late = try await bench.enroll(uuid(3))
        try await bench.revoke(late.serialNumber, .superseded)
        bench.time.advance(900)
        #expect(await publish())
        #expect(try publication.list().entries().map(\.serialNumber) == [late.serialNumber])
        // A restart reads the dropped one again from the ledger and drops it again.
        bench.time.advance(1)
        let restarted = try Publication(bench, files: publication.files)
        #expect(await restarted.publisher.publishDue())
        #expect(try restarted.list().entries().map(\.serialNumber) == [late.serialNumber])
    }

    @Test func `revoked during a long pause appear although they expired meanwhile`() async throws {
        let record = try await bench.enroll(uuid(1))
        #expect(await publish())
        bench.time.advance(86_400)
        try await bench.revoke(record.serialNumber, .superseded)
        bench.time.advance(60 * 86_400)
        #expect(await publish())
        #expect(try publication.list().contains(record.serialNumber))
    }

    @Test func `go on after a restart with all entries and a higher number`() async throws {
        let records = [try await bench.enroll(uuid(1)), try await bench.enroll(uuid(2))]
        try await bench.revoke(records[0].serialNumber, .superseded)
        #expect(await publish())
        let before = try publication.list()
        try await bench.revoke(records[1].serialNumber, .superseded)
        let restarted = try Publication(bench, files: publication.files)
        #expect(await restarted.publisher.publishDue())
        let list = try restarted.list()
        #expect(list.entries().map(\.serialNumber) == records.map(\.serialNumber))
        #expect((list.number ?? 0) > (before.number ?? 0) && list.thisUpdate > before.thisUpdate)
    }

    @Test func `are not replaced by a ledger that forgot a revocation`() async throws {
        let record = try await bench.enroll(uuid(1))
        try await bench.revoke(record.serialNumber, .superseded)
        #expect(await publish())
        let before = try publication.snapshot()
        bench.time.advance(3_600)
        let restored = try Publication(bench, files: publication.files, ledger: SQLiteLedger.inMemory())
        #expect(await restored.publisher.publishDue() == false)
        #expect(restored.publisher.faults["devices"] == .forgotten(issuer: "devices", record.serialNumber))
        #expect(try publication.files.read("devices.crl") == before["devices.crl"])
        #expect(try publication.files.read("devices.crl.pem") == before["devices.crl.pem"])
    }

    @Test func `are not replaced by a ledger whose numbers are behind`() async throws {
        let far = try CertificateRevocationList(der: bench.ca.devices.makeCRL(number: 9_999_999_999, thisUpdate: bench.time.now - 500))
        try publication.directory.publish(far.der, issuer: "devices", number: 9_999_999_999)
        #expect(await publish() == false)
        #expect(
            publication.publisher.faults["devices"]
                == .numberBehind(issuer: "devices", published: 9_999_999_999, reserved: bench.time.now.seconds))
        #expect(try publication.list() == far)
    }

    @Test func `stay when they cannot be written, and follow when they can`() async throws {
        let record = try await bench.enroll(uuid(1))
        #expect(await publish())
        let before = try publication.snapshot()
        let receipt = try await bench.revoke(record.serialNumber, .superseded)
        bench.time.advance(1)
        // A file where the directory should be: every write fails.
        let aside = publication.files.path + ".aside"
        try FileManager.default.moveItem(atPath: publication.files.path, toPath: aside)
        try Data().write(to: URL(fileURLWithPath: publication.files.path))
        #expect(await publish() == false)
        #expect(publication.publisher.faults["devices"]?.remedy.isEmpty == false)
        try FileManager.default.removeItem(atPath: publication.files.path)
        try FileManager.default.moveItem(atPath: aside, toPath: publication.files.path)
        #expect(try publication.snapshot() == before)
        #expect(await publish())
        #expect(publication.publisher.faults.isEmpty)
        let list = try publication.list()
        #expect(list.contains(record.serialNumber) && (list.number ?? 0) >= (receipt.certificate.revocation?.crlNumber ?? .max))
    }

    @Test func `stay when the ledger cannot be read`() async throws {
        let bench = try Bench(onDisk: true)
        let publication = try Publication(bench)
        #expect(await publication.publisher.publishDue())
        let before = try publication.snapshot()
        await bench.closeLedger()
        bench.time.advance(3_600)
        #expect(await publication.publisher.publishDue() == false)
        #expect(try publication.snapshot() == before)
        #expect(publication.publisher.faults.keys.sorted() == ["devices", "services"])
    }

    @Test func `asked for by many at once never go back`() async throws {
        let publisher = publication.publisher
        let bench = bench
        for number in 1...20 {
            let record = try await bench.enroll(uuid(number))
            try await bench.revoke(record.serialNumber, .superseded)
            let before = try? publication.list()
            await withDiscardingTaskGroup { group in
                for _ in 1...4 { group.addTask { await publisher.publishDue() } }
            }
            let after = try publication.list()
            #expect((after.number ?? 0) >= before?.number ?? 0 && after.thisUpdate >= before?.thisUpdate ?? 0)
            bench.time.advance(1)
            _ = await publisher.publishDue()
            #expect(try publication.list().entries().map(\.serialNumber).count == number)
        }
        #expect(Set(try publication.list().entries()).count == 20)
    }
}
