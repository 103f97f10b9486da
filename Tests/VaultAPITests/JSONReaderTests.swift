import Foundation
import TestKit
import Testing

@testable import VaultAPI

@Suite struct JSONReaderTests {
    /// What the reader makes of a text; nil when it refuses it.
    private func read(_ text: String) -> [String: JSONValue]? { try? JSONReader.fields(Array(text.utf8)) }

    private static let good: [(text: String, fields: [String: JSONValue])] = [
        ("{}", [:]), (" \t\r\n{ } \n", [:]), ("null", [:]), (" null\n", [:]), (#"{"a":"b"}"#, ["a": .string("b")]),
        (#"{"a":null,"b":true,"c":false}"#, ["a": .null, "b": .bool(true), "c": .bool(false)]),
        (#"{"a":0,"b":-1,"c":9223372036854775807}"#, ["a": .integer(0), "b": .integer(-1), "c": .integer(.max)]),
        (#"{"a":1.0,"b":1e3,"c":0.5,"d":-2.5E-1}"#, ["a": .integer(1), "b": .integer(1000), "c": .number(0.5), "d": .number(-0.25)]),
        (#"{"a":[],"b":[1,"x",[]]}"#, ["a": .array([]), "b": .array([.integer(1), .string("x"), .array([])])]),
        (#"{"a":{"b":{"c":1}}}"#, ["a": .object(["b": .object(["c": .integer(1)])])]), (#"{"a":1,"a":2}"#, ["a": .integer(2)]),
        (#"{"a":"\"\\\/\b\f\n\r\t\u0041\u00fc\ud83d\ude00"}"#, ["a": .string("\"\\/\u{8}\u{C}\n\r\tAü😀")]),
        (#"{"ü\n":"e\u0301"}"#, ["ü\n": .string("e\u{301}")]), (#"{"a":"\u0000"}"#, ["a": .string("\0")]),
    ]

    @Test func `objects are read`() {
        for row in Self.good { #expect(read(row.text) == row.fields, "\(row.text)") }
    }

    @Test(arguments: [
        "", " ", "nul", "nullx", "null null", "[]", "\"a\"", "1", "{", "}", "{}}", "{}x", "{,}", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#,
        #"{"a" 1}"#, #"{a:1}"#,
        "{'a':1}",
        #"{"a":01}"#, #"{"a":+1}"#, #"{"a":.5}"#, #"{"a":1.}"#, #"{"a":1e}"#, #"{"a":-}"#, #"{"a":1e999}"#, #"{"a":NaN}"#, #"{"a":0x1}"#,
        #"{"a":tru}"#, #"{"a":truex}"#, #"{"a":True}"#, #"{"a":"b}"#, "{\"a\":\"\n\"}", #"{"a":"\x"}"#, #"{"a":"\u12g4"}"#,
        #"{"a":"\u12"}"#,
        #"{"a":"\ud800"}"#, #"{"a":"\ud800\u0041"}"#, #"{"a":"\udc00"}"#, #"{"a":[1 2]}"#, #"{"a":[1,]}"#, #"{"a":[,1]}"#, #"{"a":[}"#,
        #"{"a":[}]}"#,
        "\u{FEFF}{}", #"{"a":1}{"b":2}"#, #"{"a":{"b":1}"#, "{/*x*/}",
    ])
    func `what is no object is refused`(text: String) {
        #expect(read(text) == nil)
        let byOthers = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        // Foundation takes a byte order mark, a comma at the end and a number beyond every range; of everything else it thinks the same.
        let isTaken = text.hasPrefix("\u{FEFF}") || text.contains(",}") || text.contains(",]") || text.contains("1e999")
        if !isTaken || text == "{,}" { #expect(byOthers == nil) }
    }

    @Test func `text that is no UTF-8 is refused`() {
        for octets: [UInt8] in [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82]] {
            #expect(throws: MalformedJSON.self) { try JSONReader.fields(Array(#"{"a":""#.utf8) + octets + Array(#""}"#.utf8)) }
        }
    }

    @Test func `depth and breadth are bounded`() {
        #expect(read(#"{"a":{"b":[1]}}"#) != nil)
        #expect(read(#"{"a":{"b":[[1]]}}"#) == nil)
        #expect(read(String(repeating: #"{"a":"#, count: 100_000)) == nil)
        #expect(read(#"{"a":"# + String(repeating: "[", count: 100_000)) == nil)
        let list = { (count: Int) in #"{"a":["# + Array(repeating: "0", count: count).joined(separator: ",") + "]}" }
        #expect(read(list(JSONReader.mostElements)) != nil)
        #expect(read(list(JSONReader.mostElements + 1)) == nil)
        let object = { (count: Int) in "{" + (0..<count).map { "\"\($0)\":0" }.joined(separator: ",") + "}" }
        #expect(read(object(JSONReader.mostElements)) != nil)
        #expect(read(object(JSONReader.mostElements + 1)) == nil)
    }

    @Test func `every truncation and change of an octet is read as Foundation reads it, or refused`() throws {
        let good = Array(#"{"csr":"-----BEGIN\nMIIB\u00e4\\","n":[-1.5e3,true,null],"o":{"k":"v"}}"#.utf8)
        for count in 0..<good.count { #expect(throws: MalformedJSON.self) { try JSONReader.fields(Array(good.prefix(count))) } }
        for position in good.indices {
            for change: UInt8 in [0x01, 0x02, 0x10, 0x20, 0x40, 0x80] {
                var changed = good
                changed[position] ^= change
                guard let fields = try? JSONReader.fields(changed) else { continue }
                let other = try #require(try JSONSerialization.jsonObject(with: Data(changed)) as? [String: Any], "octet \(position)")
                #expect(Set(fields.keys) == Set(other.keys), "octet \(position)")
                for case (let name, .string(let text)) in fields { #expect(other[name] as? String == text, "octet \(position)") }
            }
        }
    }
}
