import Foundation
import PKI

extension FuzzTarget {
    /// Texts with PEM blocks, and base64 on its own.
    static let pem = FuzzTarget(name: "pem") { octets in
        try checkBlocks(of: String(decoding: octets, as: UTF8.self))
        try checkBase64(octets)
    }
}

private func checkBlocks(of text: String) throws {
    let readable = PEM.read(text).compactMap { try? $0.get() }
    let all = try decoded(text)
    if let all { try require(same(all, readable), "each block is read as all together are") }
    guard !readable.isEmpty else { return }
    let written = readable.map { PEM.encode($0.der, type: $0.type) }.joined(separator: "Words: between them\r\n")
    let again = try decoded(written)
    try require(again.map { same($0, readable) } ?? false, "blocks that were read can be written and read again")
}

private func decoded(_ text: String) throws -> [(type: String, der: [UInt8])]? {
    do throws(InvalidPEM) {
        return try PEM.decode(text)
    } catch {
        try requireWords(summary: error.summary, remedy: error.remedy)
        return nil
    }
}

private func same(_ left: [(type: String, der: [UInt8])], _ right: [(type: String, der: [UInt8])]) -> Bool {
    left.elementsEqual(right) { $0.type == $1.type && $0.der == $1.der }
}

/// Foundation's decoder is the judge.
private func checkBase64(_ octets: [UInt8]) throws {
    var text: [UInt8] = []
    Base64.encodeLines(octets, into: &text)
    try require(Base64.decode(text[...]) == octets, "base64 that was written reads back")
    let digits = octets.filter { !" \t\r\n".utf8.contains($0) }
    // Foundation lets bits through that no octet uses: what it then writes is not what it read.
    let judged = Data(base64Encoded: Data(digits)).flatMap { Array($0.base64EncodedData()) == digits ? Array($0) : nil }
    try require(Base64.decode(octets[...]) == judged, "base64 is read as Foundation reads it")
}
