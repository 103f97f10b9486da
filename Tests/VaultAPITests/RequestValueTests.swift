import HTTPFront
import HTTPTypes
import HummingbirdCore
import Ledger
import NIOCore
import Testing

@testable import VaultAPI

@Suite struct `Values of requests` {
    @Test(
        arguments: [
            ("0", nil), ("\"0\"", nil), ("\"0s\"", nil), ("\"\"", nil), ("null", nil), ("3600", 3_600), ("\"1h\"", 3_600), ("1e3", 1_000),
            ("9223372036854775807", .max),
        ] as [(String, Int64?)])
    func `are seconds where they are whole ones`(json: String, seconds: Int64?) throws {
        #expect(try RequestFields(ByteBuffer(string: #"{"ttl":\#(json)}"#)).seconds("ttl") == seconds)
    }

    @Test(arguments: ["\"1ns\"", "\"999ms\"", "\"1.5s\"", "0.5", "-1", "\"-1h\"", "-9223372036854775808", "1e300", "\"1x\""])
    func `are refused where they are no seconds, and never mean the whole lifetime`(json: String) throws {
        let failure = try #require(throws: APIFailure.self) {
            try RequestFields(ByteBuffer(string: #"{"ttl":\#(json)}"#)).seconds("ttl")
        }
        #expect(failure.status == .badRequest && failure.code == "malformed_duration")
    }

    @Test func `of an audit query are clamped to what an integer holds`() throws {
        let filter = try AuditQuery(URI("/?since=-9223372036854775808&until=9223372036854775807")).filter()
        #expect(filter.since == .min && filter.until == .max)
    }

    @Test(arguments: ["before=9223372036854775808", "before=x", "since=1.5", "action=fly", "limit=0"])
    func `of an audit query are refused in words`(
        _ text: String
    ) throws {
        let query = AuditQuery(URI("/?\(text)"))
        let failure = try #require(throws: APIFailure.self) {
            _ = try query.filter()
            _ = try query.number("before")
            _ = try SearchLimit.read(try query.text("limit"), default: 100)
        }
        #expect(failure.status == .badRequest)
    }

    @Test func `to look for have a limit that is said`() throws {
        #expect(try bounded(String(repeating: "x", count: 1_024), name: "name").utf8.count == 1_024)
        let failure = try #require(throws: APIFailure.self) { try bounded(String(repeating: "x", count: 1_025), name: "name") }
        #expect(failure.status == .badRequest && failure.code == "search_too_long" && failure.errors[0].contains("1024"))
        #expect(throws: APIFailure.self) { try AuditQuery(URI("/?principal=\(String(repeating: "x", count: 1_025))")).filter() }
        for text in ["\0", "\0x", "a\0b"] { #expect(throws: APIFailure.self) { try bounded(text, name: "name") } }
    }
}
