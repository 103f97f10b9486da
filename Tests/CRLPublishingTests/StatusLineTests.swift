import Foundation
import Testing

@testable import CRLPublishing

struct StatusLineTests {
    @Test func `a failure is one line with what to do`() {
        let event = PublisherEvent.failed(.mayNotReplace(issuer: "devices", .olderNumber(9, published: 10)), times: 101)
        let line = StatusLine(event, totals: PublisherTotals(), now: Bench.now).prose()
        let expected = "2026-01-01T00:00:00Z failed: the new CRL of issuer devices goes back: number 9 after 10, 101 times · remedy: "
        #expect(line.hasPrefix(expected))
    }

    @Test func `JSON carries the kind and the totals`() throws {
        var totals = PublisherTotals()
        totals.failures["regression"] = 3
        let event = PublisherEvent.failed(.issuerDisappeared(name: "services"), times: 3)
        let json = try StatusLine(event, totals: totals, now: Bench.now).json()
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        #expect(object["event"] as? String == "failed")
        #expect(object["kind"] as? String == "regression")
        #expect(object["time"] as? String == "2026-01-01T00:00:00Z")
        #expect(object["times"] as? Int == 3)
        #expect(((object["totals"] as? [String: Any])?["failures"] as? [String: Int]) == ["regression": 3])
        #expect(!json.contains("\n"))
    }
}
