/// A cursor over the values of one level of strict DER: definite, minimal lengths and low tag numbers only.
///
/// It never recurses: a caller that knows its structure opens one level at a time, so hostile nesting costs nothing.
package struct DERReader: Sendable {
    /// One value: its tag and where its content lies in the document.
    package struct Element: Sendable {
        package let tag: UInt8
        /// Position of the tag.
        package let start: Int
        package let content: Range<Int>
        /// Tag, length and content.
        package var whole: Range<Int> { start..<content.upperBound }
    }

    /// The whole document, whatever part of it is read.
    package let bytes: [UInt8]
    private var position: Int
    private let end: Int

    /// Reads the values that a document consists of.
    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
        position = 0
        end = bytes.count
    }

    private init(bytes: [UInt8], range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    /// True when every value was read.
    package var isAtEnd: Bool { position == end }

    /// The tag of the next value, nil at the end.
    package var nextTag: UInt8? { position < end ? bytes[position] : nil }

    /// Reads the next value, whatever its tag.
    package mutating func next() throws(DERError) -> Element {
        let start = position
        guard end - start >= 2 else { throw .truncated(at: start) }
        let tag = bytes[start]
        guard tag & 0x1F != 0x1F else { throw .highTagNumber(at: start) }
        position = start + 2
        let length = try length(first: bytes[start + 1], at: start + 1)
        guard length <= end - position else { throw .truncated(at: start) }
        let content = position..<position + length
        position = content.upperBound
        return Element(tag: tag, start: start, content: content)
    }

    /// Reads the next value, which must carry this tag.
    package mutating func next(_ tag: UInt8) throws(DERError) -> Element {
        guard nextTag == tag else { throw .unexpectedTag(tag, at: position) }
        return try next()
    }

    /// Reads the next value if it carries this tag.
    package mutating func nextIfPresent(_ tag: UInt8) throws(DERError) -> Element? {
        nextTag == tag ? try next() : nil
    }

    /// Reads the next value, which must carry this tag, and opens it.
    package mutating func open(_ tag: UInt8) throws(DERError) -> DERReader {
        DERReader(bytes: bytes, range: try next(tag).content)
    }

    /// A cursor over the content of a value of the same document.
    package func inside(_ element: Element) -> DERReader {
        DERReader(bytes: bytes, range: element.content)
    }

    /// A cursor over a part of the same document.
    package func inside(_ range: Range<Int>) -> DERReader {
        DERReader(bytes: bytes, range: range)
    }

    /// Fails unless every value was read.
    package func requireEnd() throws(DERError) {
        guard isAtEnd else { throw .trailingOctets(at: position) }
    }

    private mutating func length(first: UInt8, at start: Int) throws(DERError) -> Int {
        if first < 0x80 { return Int(first) }
        let octets = Int(first & 0x7F)
        guard octets > 0 else { throw .indefiniteLength(at: start) }
        guard octets <= 4 else { throw .tooLong(at: start) }
        guard end - position >= octets else { throw .truncated(at: start) }
        var length = 0
        for octet in bytes[position..<position + octets] { length = length << 8 | Int(octet) }
        guard length >= 0x80, octets == 1 || length >> ((octets - 1) * 8) > 0 else { throw .nonMinimalLength(at: start) }
        position += octets
        return length
    }
}

/// Faults of octets that are not the expected DER; positions count octets from the start of the document.
package enum DERError: Error, Sendable, Equatable {
    case truncated(at: Int)
    case indefiniteLength(at: Int)
    case nonMinimalLength(at: Int)
    case tooLong(at: Int)
    case highTagNumber(at: Int)
    case unexpectedTag(UInt8, at: Int)
    case trailingOctets(at: Int)
    case invalidInteger(at: Int)
    case invalidBoolean(at: Int)
    case invalidBitString(at: Int)
    case invalidTime(at: Int)

    /// True when octets are missing at the end.
    var isCutOff: Bool { if case .truncated = self { true } else { false } }

    /// The fault in words, with its position, for authors of parsers. The sender of a document gets the document's error instead.
    package var summary: String {
        switch self {
        case .truncated(let position): "the data end before the value at octet \(position) does"
        case .indefiniteLength(let position): "the length at octet \(position) is indefinite, which DER forbids"
        case .nonMinimalLength(let position): "the length at octet \(position) is not as short as DER wants it"
        case .tooLong(let position): "the length at octet \(position) is larger than any document"
        case .highTagNumber(let position): "the tag at octet \(position) has a number above 30"
        case .unexpectedTag(let tag, let position): "there is no value with tag 0x\(hexadecimal([tag])) at octet \(position)"
        case .trailingOctets(let position): "octets follow the value that ends at octet \(position)"
        case .invalidInteger(let position): "the INTEGER at octet \(position) is empty, not minimal or out of range"
        case .invalidBoolean(let position): "the BOOLEAN at octet \(position) is neither 0x00 nor 0xFF, or is a default value"
        case .invalidBitString(let position): "the BIT STRING at octet \(position) is not whole octets"
        case .invalidTime(let position): "the time at octet \(position) is not written as RFC 5280 wants it, or does not exist"
        }
    }
}
