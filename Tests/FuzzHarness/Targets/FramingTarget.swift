import HTTPFront
import NIOCore
import NIOEmbedded
import NIOHTTP1

extension FuzzTarget {
    /// Streams of HTTP requests, as our framing follows them and as NIO's parser reads them.
    ///
    /// The first octet says in how many pieces they arrive.
    static let framing = FuzzTarget(name: "framing") { octets in
        guard let first = octets.first, octets.count > 1 else { return }
        let stream = octets.dropFirst()
        let whole = follow(stream, piece: stream.count)
        let pieces = follow(stream, piece: Int(first) + 1)
        try requireEqual(whole, pieces, "the framing does not depend on the pieces")
        try checkHandler(stream, piece: Int(first) + 1, whole)
        try checkAgreement(whole, try parse(whole.output, piece: Int(first) + 1))
    }
}

private let headLimit = ConnectionLimits().head

/// What the framing made of a stream.
private struct Followed: Equatable {
    var output: [UInt8] = []
    var ended = 0
    /// The handler answers and closes by itself.
    var wasRefused = false
}

/// What the handler does with what arrives.
private func follow(_ stream: ArraySlice<UInt8>, piece: Int) -> Followed {
    var framing = RequestFraming(headLimit: headLimit)
    var followed = Followed()
    var index = stream.startIndex
    while index < stream.endIndex {
        var (count, event) = framing.pass(stream[index...].prefix(piece))
        followed.output += stream[index...].prefix(count)
        if count == 0 {
            var byte = stream[index]
            event = framing.take(&byte)
            // The handler drops what is refused, and what stands behind it.
            followed.wasRefused = event == .headTooLong || event == .malformed
            if followed.wasRefused { return followed }
            followed.output.append(byte)
            count = 1
        }
        index += count
        if event == .requestEnded {
            followed.ended += 1
            // The handler drops what stands behind the last request.
            if framing.head.closes { return followed }
        }
    }
    return followed
}

/// A listener's handlers cut where the framing says.
private func checkHandler(_ stream: ArraySlice<UInt8>, piece: Int, _ followed: Followed) throws {
    let handlers = ConnectionHandlers(tls: nil, limits: ConnectionLimits(), facts: ConnectionFacts(remoteAddress: ""))
    let channel = EmbeddedChannel()
    try channel.pipeline.syncOperations.addHandlers(handlers.all)
    var wasRefused = false
    for start in stride(from: stream.startIndex, to: stream.endIndex, by: piece) {
        do {
            try channel.writeInbound(ByteBuffer(bytes: stream[start..<min(start + piece, stream.endIndex)]))
        } catch is HTTPParserError {
            wasRefused = true
        }
    }
    var output: [UInt8] = []
    while let part = try channel.readInbound(as: ByteBuffer.self) { output += part.readableBytesView }
    try requireEqual(output, followed.output, "the handlers pass on what the framing follows")
    try requireEqual(wasRefused, followed.wasRefused, "the handlers refuse what the framing refuses")
    _ = try channel.finish(acceptAlreadyClosed: true)
}

/// What NIO's parser made of it: requests that ended before the first error.
private struct Parsed {
    var ended = 0
    var failed = false
}

private func parse(_ stream: [UInt8], piece: Int) throws -> Parsed {
    let channel = EmbeddedChannel()
    var limits = NIOHTTPDecoderLimitConfiguration()
    (limits.maxHeaderFieldSize, limits.maxHeaderListSize, limits.maxHeaderFieldCount) = (headLimit, headLimit, 100)
    let decoder = HTTPRequestDecoder(
        leftOverBytesStrategy: .dropBytes, informationalResponseStrategy: .drop, limitConfiguration: limits)
    try channel.pipeline.syncOperations.addHandler(ByteToMessageHandler(decoder))
    var parsed = Parsed()
    do {
        for start in stride(from: 0, to: stream.count, by: piece) {
            try channel.writeInbound(ByteBuffer(bytes: stream[start..<min(start + piece, stream.count)]))
        }
    } catch {
        parsed.failed = true
    }
    while let part = try channel.readInbound(as: HTTPServerRequestPart.self) {
        if case .end = part { parsed.ended += 1 }
    }
    _ = try? channel.finish(acceptAlreadyClosed: true)
    return parsed
}

/// A request that one of the two sees and the other does not would be a way to smuggle one past the bounds.
private func checkAgreement(_ followed: Followed, _ parsed: Parsed) throws {
    try require(parsed.ended <= followed.ended, "the parser sees no request that we do not see")
    try require(parsed.ended == followed.ended || parsed.failed, "the parser sees every request that we see")
}
