/// Textual encoding of DER (RFC 7468).
package enum PEM {
    /// One labelled block, with lines of 64 digits and a line feed at its end.
    package static func encode(_ der: [UInt8], type: String) -> String { String(decoding: octets(der, type: type), as: UTF8.self) }

    /// The same as ASCII.
    /// - Parameter lineEnd: what ends a line; inside a text of JSON a line feed is `\n`.
    package static func octets(_ der: [UInt8], type: String, lineEnd: String = "\n") -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(Base64.encodedCount(der.count, lineEnd: lineEnd) + 2 * type.utf8.count + 50)
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

    /// Number of lines of a block of this length in octets, as `encode` writes it.
    package static func lines(octets: Int, type: String) -> Int {
        let digits = octets - "-----BEGIN -----\n-----END -----\n".utf8.count - 2 * type.utf8.count
        return 2 + (digits + 64) / 65
    }

    /// One labelled block of a text.
    package typealias Block = (type: String, der: [UInt8])

    /// Every block of a text, in its order; one that is broken makes the whole text so. Text around blocks is ignored: many tools explain
    /// there in words what the block says (RFC 7468 §2 and §5.2).
    package static func decode(_ text: String) throws(InvalidPEM) -> [Block] {
        var blocks: [Block] = []
        for block in read(text) { blocks.append(try block.get()) }
        guard !blocks.isEmpty else { throw .noBlock }
        return blocks
    }

    /// Every block of a text, in its order, each read or with the reason why it cannot be: one broken block hides no other.
    package static func read(_ text: String) -> [Result<Block, InvalidPEM>] {
        let bytes = Array(text.utf8)
        var blocks: [Result<Block, InvalidPEM>] = []
        var position = 0
        while let begin = find(beginMark, in: bytes, from: position) {
            position = begin + beginMark.count
            do throws(InvalidPEM) {
                blocks.append(.success(try block(in: bytes, at: &position)))
            } catch {
                blocks.append(.failure(error))
            }
        }
        return blocks
    }

    private static let beginMark = Array("-----BEGIN ".utf8)
    private static let endMark = Array("-----END ".utf8)
    private static let dashes = Array("-----".utf8)
    // The longest label in use is 22 octets; the bound keeps a hostile text from being searched for one.
    private static let longestLabel = 64

    /// - Parameter position: behind `-----BEGIN `; afterwards, behind all that belongs to the block.
    private static func block(in bytes: [UInt8], at position: inout Int) throws(InvalidPEM) -> Block {
        let type = try label(in: bytes, at: &position)
        let start = position
        guard let end = end(of: bytes, from: start) else { throw .unterminated(type) }
        let digits = bytes[start..<end]
        position = end + endMark.count
        guard try label(in: bytes, at: &position) == type else { throw .unterminated(type) }
        if let der = Base64.decode(digits), !der.isEmpty { return (type, der) }
        // RFC 1421 headers have a colon, which is no base64 digit.
        throw digits.contains(UInt8(ascii: ":")) ? .headers(type) : .notBase64(type)
    }

    /// The next end mark, if no block begins before it. Digits have no dash: the first one is that of the mark, almost always.
    private static func end(of bytes: [UInt8], from start: Int) -> Int? {
        let dash = unsafe bytes.withUnsafeBufferPointer { bytes in unsafe bytes[start...].firstIndex(of: UInt8(ascii: "-")) }
        guard let dash else { return nil }
        if bytes[dash...].starts(with: endMark) { return dash }
        guard let end = find(endMark, in: bytes, from: dash), find(beginMark, in: bytes[..<end], from: dash) == nil else { return nil }
        return end
    }

    private static func label(in bytes: [UInt8], at position: inout Int) throws(InvalidPEM) -> String {
        let window = bytes[position...].prefix(longestLabel)
        guard let end = window.firstIndex(of: UInt8(ascii: "-")), bytes[end...].starts(with: dashes) else { throw .invalidLabel }
        let label = window[..<end]
        guard label.allSatisfy({ (0x20...0x7E).contains($0) }) else { throw .invalidLabel }
        position = end + dashes.count
        return String(decoding: label, as: UTF8.self)
    }

    private static func find(_ mark: [UInt8], in bytes: [UInt8], from start: Int) -> Int? { find(mark, in: bytes[...], from: start) }

    private static func find(_ mark: [UInt8], in bytes: ArraySlice<UInt8>, from start: Int) -> Int? {
        let (first, last) = (mark[0], bytes.endIndex - mark.count)
        var position = start
        while position <= last {
            if bytes[position] == first, bytes[position...].starts(with: mark) { return position }
            position += 1
        }
        return nil
    }
}

extension PEM {
    /// Writes one labelled block piece by piece: of a large document, never more than a piece is text.
    package static func encode<Failure: Error>(
        _ der: [UInt8], type: String, write: (ArraySlice<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        try write(Array("-----BEGIN \(type)-----\n".utf8)[...])
        var text = [UInt8](repeating: 0, count: min(linesInPiece, der.count / 48 + 1) * 65)
        for start in stride(from: 0, to: der.count, by: linesInPiece * 48) {
            let count = Base64.encodeLines(of: der, in: start..<min(start + linesInPiece * 48, der.count), to: &text)
            try write(text[..<count])
        }
        try write(Array("-----END \(type)-----\n".utf8)[...])
    }

    // 260 kB of text.
    private static let linesInPiece = 4_096
}

/// Faults of a PEM text.
package enum InvalidPEM: Explained, Sendable, Equatable {
    case noBlock
    case invalidLabel
    case unterminated(String)
    case notBase64(String)
    case headers(String)

    /// The fault in words.
    package var summary: String {
        switch self {
        case .noBlock: "the text has no -----BEGIN line"
        case .invalidLabel: "a -----BEGIN or -----END line does not end in -----"
        case .unterminated(let type): "the block \(type) has no matching -----END line"
        case .notBase64(let type): "the block \(type) is not base64"
        case .headers(let type): "the block \(type) carries headers, as encrypted keys do"
        }
    }

    /// The next step in words.
    package var remedy: String {
        switch self {
        case .noBlock, .invalidLabel, .unterminated, .notBase64:
            "send the file as the tool wrote it, from -----BEGIN to -----END, line ends included"
        case .headers: "decrypt it first, for example with openssl pkey"
        }
    }
}
