/// What the head of a request says about its framing and its connection (RFC 9112 §6 and §9).
package struct RequestHead {
    /// Where the content ends.
    package enum Framing: Equatable {
        case none
        case length(UInt64)
        case chunked
        /// Both ways, two lengths, or what cannot be read at all: to be refused.
        case contradictory
    }

    package private(set) var framing = Framing.none
    /// The connection ends with this request.
    package private(set) var closes = false
    /// The client waits for `100 Continue` before it sends content (RFC 9110 §10.1.1).
    private(set) var expectsContinue = false
    private var hasRequestLine = false
    private var mayHaveContent = true
    private var isOld = false
    /// The values of `Host`, in lower case.
    private var hosts: [Substring] = []
    /// The authority of a target in absolute form, in lower case.
    private var targetAuthority: Substring?

    /// Takes the request line first, then each field line, without their line ends.
    mutating func read(line: [UInt8]) {
        guard hasRequestLine else {
            hasRequestLine = true
            readRequestLine(line)
            return
        }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
            framing = .contradictory
            return
        }
        // Few fields matter, so that most lines become no text.
        guard let field = Field.allCases.first(where: { $0.isNamed(line[..<colon]) }) else { return }
        read(field, value: String(decoding: line[(colon + 1)...], as: UTF8.self).lowercased()[...])
    }

    /// Called behind the last field: for whom the request is must not be in doubt (RFC 9112 §3.2). HTTP/1.0 knows no `Host`. Where the target names a
    /// host, `Host` may name another one, which counts for nothing (§3.2.2).
    mutating func end() {
        let isOneHost = hosts.count == 1 || hosts.isEmpty && isOld
        let isReadable = (hosts + [targetAuthority].compactMap(\.self)).allSatisfy(isHost) && targetAuthority != ""
        if hasRequestLine, !isOneHost || !isReadable { framing = .contradictory }
    }

    private mutating func readRequestLine(_ line: [UInt8]) {
        isOld = line.suffix(9).elementsEqual(" HTTP/1.0".utf8)
        // CONNECT has no content, and no request can follow it (RFC 9110 §9.3.6).
        mayHaveContent = !line.starts(with: "CONNECT ".utf8)
        // A client of HTTP/1.0 expects the end of the connection.
        closes = isOld || !mayHaveContent
        // PRI opens HTTP/2 (RFC 9113 §3.4): the parser would wait for that in silence.
        let isOurs = isOld || line.suffix(9).elementsEqual(" HTTP/1.1".utf8)
        // Of two spaces side by side (RFC 9112 §3) others may take the second for a part of the target.
        let isOneTarget = line.count { $0 == UInt8(ascii: " ") } == 2
        if !isOurs || !isOneTarget || line.starts(with: "PRI ".utf8) { framing = .contradictory }
        readTarget(line.drop { $0 != UInt8(ascii: " ") }.dropFirst().prefix { $0 != UInt8(ascii: " ") })
    }

    /// A target in absolute form names its host itself (RFC 9112 §3.2.2).
    private mutating func readTarget(_ target: ArraySlice<UInt8>) {
        guard let first = target.first, first != UInt8(ascii: "/") else { return }
        let text = String(decoding: target, as: UTF8.self).lowercased()
        guard let scheme = text.firstRange(of: "://") else { return }
        guard ["http", "https"].contains(text[..<scheme.lowerBound]) else { return framing = .contradictory }
        targetAuthority = text[scheme.upperBound...].prefix { !"/?#".contains($0) }
    }

    private mutating func read(_ field: Field, value: Substring) {
        var tokens: [Substring] { value.split(separator: ",").map { $0.trimmingSpace } }
        switch field {
        case .contentLength: readLength(value.trimmingSpace)
        case .transferEncoding: framing = mayHaveContent && framing == .none && tokens == ["chunked"] ? .chunked : .contradictory
        case .connection: closes = closes || tokens.contains("close")
        case .upgrade: closes = true
        case .host: hosts.append(value.trimmingSpace)
        case .expect: expectsContinue = tokens.contains("100-continue")
        }
    }

    private mutating func readLength(_ text: Substring) {
        if mayHaveContent, framing == .none, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let length = UInt64(text) {
            framing = .length(length)
        } else {
            framing = .contradictory
        }
    }
}

/// The fields that say where a request ends and whether another one follows, by their names in lower case.
private enum Field: String, CaseIterable {
    case contentLength = "content-length"
    case transferEncoding = "transfer-encoding"
    case connection, upgrade, expect, host

    /// Whether a line's name is this one's, in either case.
    func isNamed(_ name: ArraySlice<UInt8>) -> Bool {
        rawValue.utf8.count == name.count && zip(rawValue.utf8, name).allSatisfy { $0 == ((0x41...0x5A).contains($1) ? $1 | 0x20 : $1) }
    }
}

/// Whether a text in lower case is a host, with a port or without: a name, or an address (RFC 3986 §3.2.2). A name may be empty.
private func isHost(_ text: Substring) -> Bool {
    var rest = text.utf8[...]
    if rest.first == UInt8(ascii: "[") {
        let inside = rest.dropFirst().prefix { $0 != UInt8(ascii: "]") }
        rest = rest.dropFirst(inside.count + 1)
        guard !inside.isEmpty, inside.allSatisfy({ $0.hexadecimalValue != nil || ":.v%".utf8.contains($0) }),
            rest.first == UInt8(ascii: "]")
        else { return false }
        rest = rest.dropFirst()
    } else {
        let name = rest.prefix { $0 != UInt8(ascii: ":") }
        rest = rest.dropFirst(name.count)
        let others = "-._~!$&'()*+,;=%".utf8
        guard name.allSatisfy({ (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || others.contains($0) }) else { return false }
    }
    guard let colon = rest.first else { return true }
    return colon == UInt8(ascii: ":") && rest.count <= 6 && rest.dropFirst().allSatisfy { (0x30...0x39).contains($0) }
}

extension UInt8 {
    static let carriageReturn: UInt8 = 0x0D
    static let lineFeed: UInt8 = 0x0A

    /// Of an ASCII digit in base 16.
    var hexadecimalValue: UInt8? {
        switch self {
        case 0x30...0x39: self - 0x30
        case 0x41...0x46: self - 0x37
        case 0x61...0x66: self - 0x57
        default: nil
        }
    }
}

extension Substring {
    /// Without the optional white space of RFC 9110 §5.6.3.
    fileprivate var trimmingSpace: Substring {
        var octets = utf8
        while octets.first == 0x20 || octets.first == 0x09 { octets.removeFirst() }
        while octets.last == 0x20 || octets.last == 0x09 { octets.removeLast() }
        return Substring(octets)
    }
}
