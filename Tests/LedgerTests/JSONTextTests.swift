import Foundation
import Ledger
import TestKit
import Testing

@Suite struct JSONTextTests {
    private static let texts = [
        "", "plain", "a/b", "\"quoted\"", "back\\slash", "line\nfeed", "tab\tand\rreturn", "\u{8}\u{C}\u{1}\u{1F}\u{7F}", "Größe 传感器 🔐",
        "e\u{301}", "\u{2028}", "</script>", "\u{0}",
    ]

    private func oracle(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    @Test func `lists and dictionaries are written as JSONEncoder writes them`() throws {
        #expect(try JSONText.encode([String]()) == oracle([String]()))
        #expect(try JSONText.encode([String: String]()) == oracle([String: String]()))
        #expect(try JSONText.encode(Self.texts) == oracle(Self.texts))
        for text in Self.texts { #expect(try JSONText.encode([text]) == oracle([text]), "\(text.debugDescription)") }
        let dictionary = ["serial": "4f:00", "lineage": "1", "generation": "2", "record_sha256": "00", "a\"b": Self.texts.joined()]
        #expect(try JSONText.encode(dictionary) == oracle(dictionary))
    }

    @Test func `facts take the place of what has their name`() {
        #expect(JSONText.encode(["b": "1", "c": "2"], adding: [("c", "3"), ("a", "0")]) == #"{"a":"0","b":"1","c":"3"}"#)
    }

    @Test func `what is written is read again`() throws {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<500 {
            let scalars = (0..<20).compactMap { _ in Unicode.Scalar(UInt32.random(in: 0...0x2FFF, using: &generator)) }
            let text = String(String.UnicodeScalarView(scalars))
            #expect(try JSONText.decode([String].self, from: JSONText.encode([text])) == [text])
            #expect(try JSONText.list(from: JSONText.encode([text, "", text])) == [text, "", text])
        }
    }

    @Test func `lists are read as JSONDecoder reads them, however they are written`() throws {
        let written = ["[]", "[ ]", "[\"\"]", "[\"a\"]", "[\"a\",\"b\"]", " [\"a\" , \"b\"]\n", "[\"a,b\",\"]\"]", "[\"\\u0061\\\"\"]"]
        for text in try written + Self.texts.map({ try oracle([$0, "x"]) }) {
            #expect(try JSONText.list(from: text) == JSONDecoder().decode([String].self, from: Data(text.utf8)), "\(text)")
        }
        for text in ["", "[", "[\"a\"", "[\"a\"]]", "[\"a\" \"b\"]", "[1]", "[\"a\"][", "{}", "\"a\"", "[\"a\nb\"]"] {
            #expect(throws: (any Error).self, "\(text)") { try JSONText.list(from: text) }
        }
    }
}
