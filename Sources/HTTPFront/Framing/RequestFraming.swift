package import HTTPTypes
import HummingbirdCore

/// Follows where requests begin and end in a stream of HTTP/1.1 (RFC 9112 §2 and §6), and exchanges the verbs `LIST` and `LINK`.
///
/// The HTTP parser knows a closed table of methods, with `LINK` and without Vault's `LIST`. Both have four letters and differ in two, so
/// swapping those letters in place turns the one into the other, byte by byte, and makes a real `LINK` an unknown method. A stream whose
/// framing is in doubt is refused at the octet that makes it so: the parser may see requests in it where we see none.
package struct RequestFraming {
    /// What was completed.
    package enum Event: Equatable {
        case requestBegan
        case headEnded
        case requestEnded
        /// With this octet; nothing is followed any more.
        case headTooLong
        /// With this octet the end of the request is in doubt; nothing is followed any more.
        case malformed
    }

    private enum Phase: Equatable {
        case betweenRequests
        /// This many octets of the method were seen.
        case method(Int)
        case head
        case body(remaining: UInt64)
        case chunkSize
        case chunkData(remaining: UInt64)
        /// CRLF after the data of a chunk.
        case chunkEnd
        case trailers
        case refused
    }

    private let headLimit: Int
    private var phase = Phase.betweenRequests
    private var line: [UInt8] = []
    private var headOctets = 0
    /// Of the request being read, or the last one.
    package private(set) var head = RequestHead()

    /// - Parameter headLimit: octets of request line and fields together, and of trailer fields.
    package init(headLimit: Int) {
        self.headLimit = headLimit
    }

    /// A request has begun and its head is not complete.
    var isInsideHead: Bool {
        switch phase {
        case .method, .head: true
        default: false
        }
    }

    /// The last octet seen was not the last one of a request.
    package var isInsideRequest: Bool { phase != .betweenRequests }

    /// Consumes a run of octets that need no separate check, content and the inside of a head's lines; returns their count and the event that they
    /// completed. When the count is 0, give the next octet to `take`. Octet by octet the lines alone cost 55 000 instructions a request.
    package mutating func pass(_ octets: some Collection<UInt8>) -> (count: Int, event: Event?) {
        switch phase {
        case .body(let remaining), .chunkData(let remaining):
            let count = min(octets.count, Int(clamping: remaining))
            return (count, passContent(UInt64(count), of: remaining))
        case .head, .trailers:
            let before = line.count
            line.append(contentsOf: octets[..<(octets.firstIndex(of: .lineFeed) ?? octets.endIndex)].prefix(headLimit - headOctets))
            headOctets += line.count - before
            return (line.count - before, nil)
        case .betweenRequests, .method, .chunkSize, .chunkEnd, .refused:
            return (0, nil)
        }
    }

    private mutating func passContent(_ count: UInt64, of remaining: UInt64) -> Event? {
        if case .body = phase {
            guard remaining > count else { return end() }
            phase = .body(remaining: remaining - count)
        } else {
            phase = remaining > count ? .chunkData(remaining: remaining - count) : .chunkEnd
        }
        return nil
    }

    /// Takes one octet; it may be changed.
    package mutating func take(_ byte: inout UInt8) -> Event? {
        switch phase {
        case .betweenRequests: return begin(byte)
        case .method(let seen): return takeMethod(&byte, seen: seen)
        case .head, .trailers: return takeHead(byte)
        case .chunkSize: return takeChunkSize(byte)
        case .chunkEnd:
            if byte == .lineFeed { phase = .chunkSize } else if byte != .carriageReturn { return refuse(.malformed) }
            return nil
        case .body, .chunkData, .refused: return nil
        }
    }

    private mutating func begin(_ byte: UInt8) -> Event? {
        // Empty lines before a request line are ignored (RFC 9112 §2.2).
        if byte == .carriageReturn || byte == .lineFeed { return nil }
        head = RequestHead()
        line.removeAll(keepingCapacity: true)
        line.append(byte)
        headOctets = 1
        phase = .method(1)
        return .requestBegan
    }

    private mutating func takeMethod(_ byte: inout UInt8, seen: Int) -> Event? {
        let original = byte
        if seen == line.count, line.elementsEqual([UInt8]("LIS".utf8.prefix(seen))) || line.elementsEqual("LIN".utf8.prefix(seen)) {
            switch (seen, byte) {
            case (2, UInt8(ascii: "S")): byte = UInt8(ascii: "N")
            case (2, UInt8(ascii: "N")): byte = UInt8(ascii: "S")
            case (3, UInt8(ascii: "T")): byte = UInt8(ascii: "K")
            case (3, UInt8(ascii: "K")): byte = UInt8(ascii: "T")
            default: break
            }
        }
        phase = seen < 3 ? .method(seen + 1) : .head
        return takeHead(original)
    }

    private mutating func takeHead(_ byte: UInt8) -> Event? {
        headOctets += 1
        if headOctets > headLimit { return refuse(.headTooLong) }
        guard byte == .lineFeed else {
            line.append(byte)
            return nil
        }
        if line.last == .carriageReturn { line.removeLast() }
        defer { line.removeAll(keepingCapacity: true) }
        if line.isEmpty { return phase == .trailers ? end() : endHead() }
        if phase != .trailers { head.read(line: line) }
        return nil
    }

    private mutating func endHead() -> Event? {
        head.end()
        switch head.framing {
        case .none: return end()
        case .length(0): return end()
        case .length(let length): phase = .body(remaining: length)
        case .chunked: phase = .chunkSize
        case .contradictory: return refuse(.malformed)
        }
        return .headEnded
    }

    private mutating func takeChunkSize(_ byte: UInt8) -> Event? {
        guard byte == .lineFeed else {
            // Extensions may be long; the size is in the first 16 digits.
            if line.count <= 16 { line.append(byte) }
            return line[0].hexadecimalValue == nil ? refuse(.malformed) : nil
        }
        let digits = line.prefix { $0.hexadecimalValue != nil }
        line.removeAll(keepingCapacity: true)
        guard (1...15).contains(digits.count) else { return refuse(.malformed) }
        let size = digits.reduce(UInt64(0)) { $0 << 4 | UInt64($1.hexadecimalValue ?? 0) }
        headOctets = 0
        phase = size == 0 ? .trailers : .chunkData(remaining: size)
        return nil
    }

    private mutating func refuse(_ event: Event) -> Event? {
        phase = .refused
        return event
    }

    private mutating func end() -> Event? {
        phase = .betweenRequests
        return .requestEnded
    }
}

extension HTTPRequest.Method {
    /// Vault's verb for listing; a valid token (RFC 9110 §9.1), so the fallback is never taken.
    package static let list = HTTPRequest.Method("LIST") ?? .get

    /// What the framing handler makes of `LIST` so that it passes the parser.
    fileprivate static let link = HTTPRequest.Method("LINK") ?? .get
}

extension Request {
    /// The request with the method its client wrote.
    func withListMethod() -> Request {
        guard method == .link else { return self }
        var head = head
        head.method = .list
        return Request(head: head, body: body)
    }
}
