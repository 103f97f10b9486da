import APISchema
import CRLPublishing
import Foundation
import PKI
import TestKit
import Testing

/// The head of the CA's audit chain that a publisher holds is evidence: it gives way to no older and to no invented one.
struct AuditHeadTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let head: PublishedAuditHead
        var isSigned = true
        let fault: AuditHeadFault
    }

    static let rows = [
        Row(testDescription: "an older row", head: PublishedAuditHead(id: 1, hash: Bench.hash(1)), fault: .wentBack(id: 1, held: 7)),
        Row(testDescription: "another hash for the row", head: PublishedAuditHead(id: 7, hash: Bench.hash(1)), fault: .changed(id: 7)),
        Row(testDescription: "a negative row", head: PublishedAuditHead(id: -5, hash: Bench.hash(1)), fault: .malformed(id: -5)),
        Row(testDescription: "the lowest number", head: PublishedAuditHead(id: .min, hash: Bench.hash(1)), fault: .malformed(id: .min)),
        Row(testDescription: "text that is no hash", head: PublishedAuditHead(id: 8, hash: "../x\n\u{1B}[31m"), fault: .malformed(id: 8)),
        Row(testDescription: "a short hash", head: PublishedAuditHead(id: 8, hash: "00ff"), fault: .malformed(id: 8)),
        Row(
            testDescription: "a far row that nobody signed", head: PublishedAuditHead(id: .max, hash: Bench.hash(1)), isSigned: false,
            fault: .notSigned),
        Row(
            testDescription: "a recovery that nobody signed", head: PublishedAuditHead(id: 1, hash: Bench.hash(1), recoveredAt: .max),
            isSigned: false, fault: .notSigned),
    ]

    @Test(arguments: rows) func `a head that cannot be right is refused, the held one stays, and lists go on`(_ row: Row) async throws {
        let bench = try Bench()
        try bench.serve(number: 10)
        #expect(try await bench.publishOnce())
        try bench.serve(number: 11)
        try bench.serveIndex(head: row.isSigned ? bench.signedHead(row.head) : row.head)
        bench.forgetEvents()
        #expect(try await !bench.publishOnce())
        #expect(bench.failures == [.auditHead(row.fault)])
        #expect(try bench.publishedNumber("devices") == 11)
        #expect(try heads(bench) == ["0 7 \(Bench.hash(7))"])
        try bench.serveIndex(auditHead: 8)
        #expect(try await bench.publishOnce())
        #expect(try heads(bench) == ["0 7 \(Bench.hash(7))", "0 8 \(Bench.hash(8))"])
    }

    @Test func `the file of heads outlives the index, and a line that was cut short`() async throws {
        let bench = try Bench()
        try bench.serve(number: 10)
        #expect(try await bench.publishOnce())
        try FileManager.default.removeItem(atPath: bench.directory + "/index.json")
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: bench.directory + "/audit-heads"))
        try file.seekToEnd()
        try file.write(contentsOf: Data("0 9 abc".utf8))
        try bench.serveIndex(auditHead: 6)
        bench.forgetEvents()
        #expect(try await !bench.publishOnce())
        #expect(bench.failures == [.auditHead(.wentBack(id: 6, held: 7))])
        try bench.serveIndex(auditHead: 8)
        #expect(try await bench.publishOnce())
        #expect(try heads(bench).last == "0 8 \(Bench.hash(8))")
    }

    @Test func `a recovery that the CA tells of may go back to an earlier row, is reported, and cannot be taken back`() async throws {
        let bench = try Bench()
        try bench.serve(number: 10)
        #expect(try await bench.publishOnce())
        try bench.serveIndex(head: try bench.signedHead(PublishedAuditHead(id: 3, hash: Bench.hash(3), recoveredAt: bench.now.seconds)))
        #expect(try await bench.publishOnce())
        #expect(bench.events.contains(.auditLogRecovered(held: 7, now: 3)))
        #expect(try heads(bench) == ["0 7 \(Bench.hash(7))", "\(bench.now.seconds) 3 \(Bench.hash(3))"])
        try bench.serveIndex(auditHead: 9)
        bench.forgetEvents()
        #expect(try await !bench.publishOnce())
        #expect(bench.failures == [.auditHead(.wentBack(id: 9, held: 3))])
    }

    @Test func `a running publisher adds at most one head a minute`() async throws {
        let bench = try Bench()
        try bench.serve(number: 10)
        let publisher = try bench.publisher()
        try await publisher.start()
        for row in Int64(8)...20 {
            try bench.serveIndex(auditHead: row)
            #expect(await publisher.once())
            bench.now += 10
        }
        #expect(try heads(bench).map { $0.split(separator: " ")[1] } == ["8", "14", "20"])
    }

    private func heads(_ bench: Bench) throws -> [String] {
        String(decoding: try bench.files()["audit-heads"] ?? [], as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
