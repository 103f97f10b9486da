import Foundation
import PKI
import TestKit
import Testing

@Suite struct PEMTests {
    @Test(arguments: [0, 1, 2, 3, 46, 47, 48, 49, 50, 95, 96, 97, 1_000])
    func `lines and padding are those of openssl`(count: Int) throws {
        var generator = SeededGenerator(seed: UInt64(count))
        let der = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let expected = try run("openssl", ["base64", "-e"], input: der).stdout
        let text = PEM.encode(der, type: "X")
        #expect(text == "-----BEGIN X-----\n" + expected + "-----END X-----\n")
        #expect(PEM.lines(octets: text.utf8.count, type: "X") == text.count { $0 == "\n" })
    }

    @Test(arguments: [1, 2, 3, 47, 48, 49, 1_000])
    func `Foundation's base64 is read, with lines of any length and any line end`(count: Int) throws {
        var generator = SeededGenerator(seed: UInt64(count))
        let der = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let digits = Data(der).base64EncodedString()
        for text in [digits, digits.map(String.init).joined(separator: "\r\n"), "  " + digits + "\t"] {
            let blocks = try PEM.decode("-----BEGIN A B-----\r\n\(text)\r\n-----END A B-----")
            #expect(blocks.map(\.der) == [der] && blocks.map(\.type) == ["A B"])
        }
    }

    @Test func `several blocks are read in their order and text between them is passed over`() throws {
        let text = "# one\n" + PEM.encode([1], type: "A") + "two: 2\n" + PEM.encode([2], type: "B") + "end"
        #expect(try PEM.decode(text).map(\.der) == [[1], [2]])
    }

    @Test func `a broken block hides no other`() {
        let good = PEM.encode([1], type: "A")
        let table: [(String, InvalidPEM)] = [
            ("-----BEGIN A-----\nAQ=\n-----END A-----\n", .notBase64("A")), ("-----BEGIN A-----\nAQ==\n", .unterminated("A")),
            ("-----BEGIN A-----\nAQ==\n-----END B-----\n", .unterminated("A")), ("-----BEGIN A--\n", .invalidLabel),
            ("-----BEGIN A-----\nProc-Type: 4,ENCRYPTED\n\nAQ==\n-----END A-----\n", .headers("A")),
        ]
        for (broken, reason) in table {
            let blocks = PEM.read(good + broken + good)
            #expect(blocks.compactMap { try? $0.get().der } == [[1], [1]])
            #expect(throws: reason) { try PEM.decode(good + broken + good) }
        }
    }

    @Test(
        arguments: [
            ("", .noBlock), ("hello", .noBlock), ("-----BEGIN A", .invalidLabel), ("-----BEGIN A---\nAQ==\n-----END A---", .invalidLabel),
            ("-----BEGIN \u{7F}-----\nAQ==\n-----END \u{7F}-----", .invalidLabel), ("-----BEGIN A-----\nAQ==\n", .unterminated("A")),
            ("-----BEGIN A-----\nAQ==\n-----END B-----", .unterminated("A")), ("-----BEGIN A-----\n-----END A-----", .notBase64("A")),
            ("-----BEGIN A-----\nAQ=\n-----END A-----", .notBase64("A")), ("-----BEGIN A-----\nAQ\n-----END A-----", .notBase64("A")),
            ("-----BEGIN A-----\nAR==\n-----END A-----", .notBase64("A")), ("-----BEGIN A-----\nA===\n-----END A-----", .notBase64("A")),
            ("-----BEGIN A-----\nAQ==AQ==\n-----END A-----", .notBase64("A")),
            ("-----BEGIN A-----\nA_Q=\n-----END A-----", .notBase64("A")),
            ("-----BEGIN A-----\nÄQ==\n-----END A-----", .notBase64("A")),
            ("-----BEGIN A-----\nProc-Type: 4,ENCRYPTED\n\nAQ==\n-----END A-----", .headers("A")),
        ] as [(String, InvalidPEM)])
    func `what is no PEM is refused with the reason`(text: String, reason: InvalidPEM) {
        #expect(throws: reason) { try PEM.decode(text) }
    }
}
