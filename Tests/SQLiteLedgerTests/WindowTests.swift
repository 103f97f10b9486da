import GRDB
import Ledger
import LedgerContract
import PKI
import Testing

@testable import SQLiteLedger

/// Pages look at so many rows and no more: what matches rarely comes on short pages.
@Suite struct WindowTests {
    private let queue: DatabaseQueue

    init() throws {
        queue = try DatabaseQueue()
        try Schema.migrate(queue)
        try queue.inDatabase { db in
            let group = WriteGroup(db)
            for number in 1...10 {
                let record = try certificate(number, number % 4 == 0 ? "rare\(number)" : "n\(number)")
                let issuance = IssuanceRecord(
                    certificate: record, claim: .token(exclusive: true), audit: event(resource: record.commonName))
                _ = try group.record(issuance, now: start)
            }
        }
    }

    @Test(arguments: [
        (3, 5, [[8], [], [4], []]), (10, 5, [[8, 4]]), (10, 1, [[8], [4], []]), (1, 5, [[], [], [8], [], [], [], [4], [], [], []]),
    ]) func `of a search come to an end with everything that matches`(window: Int64, limit: Int, pages: [[Int]]) throws {
        try queue.inDatabase { db in
            var (found, after): ([[SerialNumber]], SerialNumber?) = ([], nil)
            repeat {
                let search = CertificateSearch(db: db, filter: CertificateFilter(name: "rare"), now: start, window: window)
                let page = try search.page(after: after, limit: limit)
                found.append(page.map(\.serialNumber))
                after = page.next
            } while after != nil && found.count < 20
            #expect(try found == pages.map { try $0.map { try serial($0) } })
        }
    }

    @Test func `of the audit log come to an end with everything that matches`() throws {
        try queue.inDatabase { db in
            var (found, before): ([[Int64]], Int64?) = ([], nil)
            repeat {
                let page = try AuditSearch(db: db, filter: AuditFilter(resource: "rare"), window: 3).page(before: before, limit: 5)
                found.append(page.map(\.id))
                before = page.next
            } while before != nil && found.count < 20
            #expect(found == [[8], [], [4], []])
        }
    }

    @Test func `with an exact common name need no second look`() throws {
        try queue.inDatabase { db in
            let search = CertificateSearch(db: db, filter: CertificateFilter(commonName: "rare4"), now: start, window: 1)
            let page = try search.page(after: nil, limit: 5)
            #expect(try page.map(\.serialNumber) == [serial(4)] && page.next == nil)
        }
    }
}
