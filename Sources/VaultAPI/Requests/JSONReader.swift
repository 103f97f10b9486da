/// Reads a request's body (RFC 8259): an object, bounded in depth and breadth while it is read, for a request must not choose how much work it is.
///
/// By hand, because `JSONDecoder` finds a value's type by trying: 25 µs of a signature, and its bounds come only after it has parsed everything.
/// Of fields with the same name the last one counts, as in Go and so in Vault.
struct JSONReader {
    /// Elements of a list, and fields of an object.
    static let mostElements = 1_024
    /// Levels below the body: a field, an object in it, a list in that.
    static let deepest = 3

    private let octets: [UInt8]
    private var position = 0

    /// The fields of the object, or none of `null`, that the octets are, and nothing around it.
    static func fields(_ octets: [UInt8]) throws(MalformedJSON) -> [String: JSONValue] {
        var reader = JSONReader(octets)
        reader.skipBlanks()
        // As Go reads it, and so Vault: no object is one without fields.
        let fields: [String: JSONValue]
        if reader.next == UInt8(ascii: "n") {
            _ = try reader.word("null", .null)
            fields = [:]
        } else {
            fields = try reader.object(depth: 0)
        }
        reader.skipBlanks()
        guard reader.position == octets.count else { throw .init(at: reader.position) }
        return fields
    }

    private init(_ octets: [UInt8]) { self.octets = octets }

    private mutating func value(depth: Int) throws(MalformedJSON) -> JSONValue {
        guard depth <= Self.deepest else { throw .init(at: position) }
        switch next {
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "{"): return .object(try object(depth: depth))
        case UInt8(ascii: "["): return .array(try array(depth: depth))
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func object(depth: Int) throws(MalformedJSON) -> [String: JSONValue] {
        var fields: [String: JSONValue] = [:]
        var count = 0
        try expect(UInt8(ascii: "{"))
        skipBlanks()
        while next != UInt8(ascii: "}") || count > 0 {
            guard count < Self.mostElements else { throw .init(at: position) }
            let name = try string()
            skipBlanks()
            try expect(UInt8(ascii: ":"))
            skipBlanks()
            fields[name] = try value(depth: depth + 1)
            count += 1
            guard try hasMore(before: UInt8(ascii: "}")) else { return fields }
        }
        position += 1
        return fields
    }

    private mutating func array(depth: Int) throws(MalformedJSON) -> [JSONValue] {
        var elements: [JSONValue] = []
        try expect(UInt8(ascii: "["))
        skipBlanks()
        while next != UInt8(ascii: "]") || !elements.isEmpty {
            guard elements.count < Self.mostElements else { throw .init(at: position) }
            elements.append(try value(depth: depth + 1))
            guard try hasMore(before: UInt8(ascii: "]")) else { return elements }
        }
        position += 1
        return elements
    }

    /// Passes a comma and says that an element follows, or passes the end.
    private mutating func hasMore(before end: UInt8) throws(MalformedJSON) -> Bool {
        skipBlanks()
        if next == end {
            position += 1
            return false
        }
        try expect(UInt8(ascii: ","))
        skipBlanks()
        return true
    }

    private mutating func number() throws(MalformedJSON) -> JSONValue {
        let start = position
        while let octet = next, JSONNumber.contains(octet) { position += 1 }
        guard let number = JSONNumber.value(octets[start..<position]) else { throw .init(at: start) }
        return number
    }

    private mutating func word(_ text: StaticString, _ value: JSONValue) throws(MalformedJSON) -> JSONValue {
        let word = text.description.utf8
        guard octets[position...].starts(with: word) else { throw .init(at: position) }
        position += word.count
        return value
    }

    private mutating func string() throws(MalformedJSON) -> String {
        try expect(UInt8(ascii: "\""))
        let start = position
        passPlain()
        guard next != UInt8(ascii: "\"") else {
            defer { position += 1 }
            return try text(octets[start..<position], at: start)
        }
        return try escaped(from: start)
    }

    /// A string with escapes: what was passed without any, and the rest piece by piece.
    private mutating func escaped(from start: Int) throws(MalformedJSON) -> String {
        var content = Array(octets[start..<position])
        while let octet = next, octet != UInt8(ascii: "\"") {
            guard octet >= 0x20 else { throw .init(at: position) }
            if octet == UInt8(ascii: "\\") { try escape(into: &content) }
            let start = position
            passPlain()
            content.append(contentsOf: octets[start..<position])
        }
        try expect(UInt8(ascii: "\""))
        return try text(content[...], at: start)
    }

    /// Passes what of a string stands for itself.
    private mutating func passPlain() {
        position = unsafe octets.withUnsafeBufferPointer { octets in
            var end = position
            while end < octets.count {
                let octet = unsafe octets[end]
                guard octet != UInt8(ascii: "\""), octet != UInt8(ascii: "\\"), octet >= 0x20 else { break }
                end += 1
            }
            return end
        }
    }

    private mutating func escape(into content: inout [UInt8]) throws(MalformedJSON) {
        position += 1
        guard let letter = next else { throw .init(at: position) }
        position += 1
        switch letter {
        case UInt8(ascii: "n"): content.append(0x0A)
        case UInt8(ascii: "r"): content.append(0x0D)
        case UInt8(ascii: "t"): content.append(0x09)
        case UInt8(ascii: "b"): content.append(0x08)
        case UInt8(ascii: "f"): content.append(0x0C)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(letter)
        case UInt8(ascii: "u"): content.append(contentsOf: Array(String(try unicode()).utf8))
        default: throw .init(at: position - 1)
        }
    }

    /// Four hexadecimal digits, or two such escapes that are a surrogate pair (RFC 8259 §7).
    private mutating func unicode() throws(MalformedJSON) -> Unicode.Scalar {
        let start = position
        let first = try codeUnit()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, octets[position...].starts(with: "\\u".utf8) else { throw .init(at: start) }
        position += 2
        let second = try codeUnit()
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (UInt32(first) - 0xD800) << 10 + UInt32(second) - 0xDC00)
        else { throw .init(at: start) }
        return scalar
    }

    private mutating func codeUnit() throws(MalformedJSON) -> UInt16 {
        let digits = octets[position...].prefix(4)
        guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw .init(at: position) }
        position += 4
        return unit
    }

    private func text(_ content: ArraySlice<UInt8>, at start: Int) throws(MalformedJSON) -> String {
        guard let text = String(validating: content, as: UTF8.self) else { throw .init(at: start) }
        return text
    }

    private var next: UInt8? { position < octets.count ? octets[position] : nil }

    private mutating func expect(_ octet: UInt8) throws(MalformedJSON) {
        guard next == octet else { throw .init(at: position) }
        position += 1
    }

    private mutating func skipBlanks() {
        while let octet = next, octet == 0x20 || (0x09...0x0A).contains(octet) || octet == 0x0D { position += 1 }
    }
}

/// Octets that are no JSON object, or a larger one than any request needs.
struct MalformedJSON: Error, Equatable {
    /// How many octets were in order.
    let at: Int
}
