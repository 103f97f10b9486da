/// Textual encoding of DER (RFC 7468).
package enum PEM {
    /// One labelled block, with lines of 64 digits and a line feed at its end.
    package static func encode(_ der: [UInt8], type: String) -> String { String(decoding: octets(der, type: type), as: UTF8.self) }

    /// The same as ASCII.
    /// - Parameter lineEnd: what ends a line; inside a text of JSON a line feed is `\n`.
    package static func octets(_ der: [UInt8], type: String, lineEnd: String = "\n") -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity((der.count + 47) / 48 * (64 + lineEnd.utf8.count) + 2 * type.utf8.count + 50)
        text.append(contentsOf: "-----BEGIN ".utf8)
        text.append(contentsOf: type.utf8)
        text.append(contentsOf: "-----".utf8)
        text.append(contentsOf: lineEnd.utf8)
        Base64.encodeLines(der, into: &text, lineEnd: lineEnd)
        text.append(contentsOf: "-----END ".utf8)
        text.append(contentsOf: type.utf8)
        text.append(contentsOf: "-----".utf8)
        text.append(contentsOf: lineEnd.utf8)
        return text
    }

    /// How many lines a block of this length has, in octets, that `encode` wrote.
    package static func lines(octets: Int, type: String) -> Int {
        let digits = octets - "-----BEGIN -----\n-----END -----\n".utf8.count - 2 * type.utf8.count
        return 2 + (digits + 64) / 65
    }

    /// Every block of a text, in its order. Text between blocks is ignored, as RFC 7468 §5.2 lets us, unless `strict`.
    package static func decode(_ text: String, strict: Bool = false) throws(InvalidPEM) -> [(type: String, der: [UInt8])] {
        let bytes = Array(text.utf8)
        var blocks: [(type: String, der: [UInt8])] = []
        var position = 0
        while let begin = find(beginMark, in: bytes, from: position) {
            if strict, !isBlank(bytes[position..<begin]) { throw .textAround }
            position = begin
            blocks.append(try block(in: bytes, at: &position))
        }
        if strict, !isBlank(bytes[position...]) { throw blocks.isEmpty ? .noBlock : .textAround }
        guard !blocks.isEmpty else { throw .noBlock }
        return blocks
    }

    private static let beginMark = Array("-----BEGIN ".utf8)
    private static let endMark = Array("-----END ".utf8)
    private static let dashes = Array("-----".utf8)
    // The longest label in use is 22 octets; the bound keeps a hostile text from being searched for one.
    private static let longestLabel = 64

    private static func block(in bytes: [UInt8], at position: inout Int) throws(InvalidPEM) -> (type: String, der: [UInt8]) {
        position += beginMark.count
        let type = try label(in: bytes, at: &position)
        guard let end = find(endMark, in: bytes, from: position) else { throw .unterminated(type) }
        let digits = bytes[position..<end]
        position = end + endMark.count
        guard try label(in: bytes, at: &position) == type else { throw .unterminated(type) }
        if let der = Base64.decode(digits), !der.isEmpty { return (type, der) }
        // RFC 1421 headers have a colon, which is no base64 digit.
        throw digits.contains(UInt8(ascii: ":")) ? .headers(type) : .notBase64(type)
    }

    private static func label(in bytes: [UInt8], at position: inout Int) throws(InvalidPEM) -> String {
        let window = bytes[position...].prefix(longestLabel)
        guard let end = window.firstIndex(of: UInt8(ascii: "-")), bytes[end...].starts(with: dashes) else { throw .invalidLabel }
        let label = window[..<end]
        guard label.allSatisfy({ (0x20...0x7E).contains($0) }) else { throw .invalidLabel }
        position = end + dashes.count
        return String(decoding: label, as: UTF8.self)
    }

    private static func find(_ mark: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        let (first, last) = (mark[0], bytes.count - mark.count)
        var position = start
        while position <= last {
            if bytes[position] == first, bytes[position...].starts(with: mark) { return position }
            position += 1
        }
        return nil
    }

    private static func isBlank(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) }
    }
}
