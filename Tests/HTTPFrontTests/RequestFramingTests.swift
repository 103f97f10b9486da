import Testing

@testable import HTTPFront

/// A stream of requests, what the parser is to be given, and how many requests end in it.
struct FramingRow: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let stream: String
    let expected: String
    let requests: Int

    init(_ description: String, _ stream: String, _ expected: String, requests: Int) {
        testDescription = description
        self.stream = stream
        self.expected = expected
        self.requests = requests
    }

    static let rows = [
        FramingRow("a LIST becomes a LINK", "LIST /a HTTP/1.1\r\nHost: x\r\n\r\n", "LINK /a HTTP/1.1\r\nHost: x\r\n\r\n", requests: 1),
        FramingRow(
            "a LINK becomes what no parser knows", "LINK /a HTTP/1.1\r\nHost: x\r\n\r\n", "LIST /a HTTP/1.1\r\nHost: x\r\n\r\n", requests: 1
        ),
        FramingRow(
            "other verbs stay", "LOCK /LIST HTTP/1.1\r\nHost: x\r\nLIST: LIST \r\n\r\n",
            "LOCK /LIST HTTP/1.1\r\nHost: x\r\nLIST: LIST \r\n\r\n", requests: 1),
        FramingRow(
            "pipelined requests",
            "LIST /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\nLIST /c HTTP/1.1\r\nHost: x\r\n\r\n",
            "LINK /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\nLINK /c HTTP/1.1\r\nHost: x\r\n\r\n", requests: 3),
        FramingRow(
            "a body of known length that says LIST",
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nLIST /x\r\nLIST /y HTTP/1.1\r\nHost: x\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nLIST /x\r\nLINK /y HTTP/1.1\r\nHost: x\r\n\r\n", requests: 2),
        FramingRow(
            "a chunked body that says LIST",
            "POST / HTTP/1.1\r\nHost: x\r\ntransfer-encoding:  Chunked \r\n\r\n5\r\nLIST \r\nA;ext=1\r\nLIST LIST \r\n0\r\nTrailer: 1\r\n\r\n"
                + "LIST /y HTTP/1.1\r\nHost: x\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: x\r\ntransfer-encoding:  Chunked \r\n\r\n5\r\nLIST \r\nA;ext=1\r\nLIST LIST \r\n0\r\nTrailer: 1\r\n\r\n"
                + "LINK /y HTTP/1.1\r\nHost: x\r\n\r\n", requests: 2),
        FramingRow(
            "an empty body and empty lines between",
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n\r\n\r\nLIST / HTTP/1.1\r\nHost: x\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n\r\n\r\nLINK / HTTP/1.1\r\nHost: x\r\n\r\n", requests: 2),
        FramingRow(
            "two lengths",
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxxLIST / HTTP/1.1\r\nHost: x\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r", requests: 0),
        FramingRow(
            "a length and chunks",
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\nxLIST / HTTP/1.1\r\nHost: x\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r", requests: 0),
        FramingRow(
            "a transfer coding without a name, which the parser passes over",
            "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: \r\n\r\nLIST / HTTP/1.1\r\nHost: x\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: \r\n\r", requests: 0),
        FramingRow(
            "content of a CONNECT, in which the parser sees none",
            "CONNECT /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "CONNECT /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r", requests: 0),
        FramingRow(
            "two spaces before a target", "GET  /a HTTP/1.1\r\nHost: x\r\n\r\n", "GET  /a HTTP/1.1\r\nHost: x\r\n\r", requests: 0),
        FramingRow(
            "two spaces behind a target", "GET http://x/a  HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET http://x/a  HTTP/1.1\r\nHost: x\r\n\r", requests: 0),
        FramingRow("no version of ours", "LIST / HTTP/2.0\r\n\r\nLIST / \r\n\r\n", "LINK / HTTP/2.0\r\n\r", requests: 0),
        FramingRow(
            "a chunk size that is none",
            "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nLIST / HTTP/1.1\r\nHost: x\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", requests: 0),
        FramingRow(
            "a chunk size that is too large", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1234567890123456\r\nLIST",
            "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1234567890123456\r", requests: 0),
        FramingRow(
            "a chunk longer than it says",
            "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabLIST / HTTP/1.1\r\nHost: x\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na", requests: 0),
    ]
}

@Suite struct `Request framing` {
    @Test(arguments: FramingRow.rows) func `is followed whatever the pieces are`(_ row: FramingRow) {
        let octets = Array(row.stream.utf8)
        for piece in 1...octets.count {
            var framing = RequestFraming(headLimit: 1024)
            var output: [UInt8] = []
            var ended = 0
            var index = 0
            while index < octets.count {
                let end = min(index + piece, octets.count)
                let (bytes, events) = feed(octets[index..<end], to: &framing)
                output += bytes
                ended += events.count { $0 == .requestEnded }
                index = events.contains(where: refuses) ? octets.count : end
            }
            #expect(String(decoding: output, as: UTF8.self) == row.expected, "in pieces of \(piece)")
            #expect(ended == row.requests, "in pieces of \(piece)")
        }
    }

    @Test func `a head beyond the limit is reported once`() {
        var framing = RequestFraming(headLimit: 64)
        let (_, events) = feed(
            Array("GET / HTTP/1.1\r\nHost: x\r\nA: \(String(repeating: "a", count: 100))\r\n\r\n".utf8)[...], to: &framing)
        #expect(events == [.requestBegan, .headTooLong])
    }

    @Test func `a head of exactly the limit passes`() {
        let head = "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n\r\n"
        var framing = RequestFraming(headLimit: head.utf8.count)
        let (_, events) = feed(Array(head.utf8)[...], to: &framing)
        #expect(events == [.requestBegan, .requestEnded])
    }

    @Test func `trailers of exactly the limit pass, and one octet more is reported`() {
        let head = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
        for (more, end) in [(0, RequestFraming.Event.requestEnded), (1, .headTooLong)] {
            var framing = RequestFraming(headLimit: 64)
            let trailers = "A: \(String(repeating: "a", count: 57 + more))\r\n\r\n"
            let (_, events) = feed(Array((head + trailers).utf8)[...], to: &framing)
            #expect(events == [.requestBegan, .headEnded, end])
        }
    }

    @Test(
        arguments: [
            ("one", "GET / HTTP/1.1\r\nHost: ca.example:8443\r\n\r\n", true), ("an empty one", "GET / HTTP/1.1\r\nHost:\r\n\r\n", true),
            ("an address of IPv6", "GET / HTTP/1.1\r\nHost: [::1]:8443\r\n\r\n", true),
            ("none", "GET / HTTP/1.1\r\nA: b\r\n\r\n", false),
            ("none in HTTP/1.0", "GET / HTTP/1.0\r\n\r\n", true),
            ("two", "GET / HTTP/1.1\r\nHost: x\r\nhost: y\r\n\r\n", false),
            ("two that are the same", "GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n", false),
            ("two in HTTP/1.0", "GET / HTTP/1.0\r\nHost: x\r\nHost: y\r\n\r\n", false),
            ("one that is none", "GET / HTTP/1.1\r\nHost: a b/c\r\n\r\n", false),
            ("a list", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", false), ("a user", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", false),
            ("a port that is none", "GET / HTTP/1.1\r\nHost: a:8x\r\n\r\n", false),
            ("an address without its end", "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", false),
            ("a target of the same host", "GET http://A.example/x HTTP/1.1\r\nHost: a.EXAMPLE\r\n\r\n", true),
            ("a target of another host", "GET http://a.example/x HTTP/1.1\r\nHost: b.example\r\n\r\n", true),
            ("a target of another protocol", "GET ftp://a/x HTTP/1.1\r\nHost: a\r\n\r\n", false),
            ("a target without a host", "GET http:///x HTTP/1.1\r\nHost: a\r\n\r\n", false),
            ("a target beside two hosts", "GET http://a/x HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", false),
            ("a target beside a malformed host", "GET http://a/x HTTP/1.1\r\nHost: a b\r\n\r\n", false),
            ("a target with a user", "GET http://u@a/x HTTP/1.1\r\nHost: u@a\r\n\r\n", false),
            ("an address in a query", "GET /x?u=http://b HTTP/1.1\r\nHost: a\r\n\r\n", true),
        ] as [(String, String, Bool)]
    ) func `a request says for which host it is, once`(_ name: String, head: String, isTaken: Bool) {
        var framing = RequestFraming(headLimit: 1024)
        let (_, events) = feed(Array(head.utf8)[...], to: &framing)
        #expect(events.last == (isTaken ? .requestEnded : .malformed))
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\nHost: x\r\n\r\n", false), ("GET / HTTP/1.0\r\n\r\n", true),
        ("GET / HTTP/1.1\r\nHost: x\r\nConnection: Close\r\n\r\n", true),
        ("GET / HTTP/1.1\r\nHost: x\r\nconnection: keep-alive, close\r\n\r\n", true),
        ("GET / HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\r\n", false),
        ("GET / HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\n\r\n", true),
    ]) func `a request says whether it is the last`(head: String, closes: Bool) {
        var framing = RequestFraming(headLimit: 1024)
        _ = feed(Array(head.utf8)[...], to: &framing)
        #expect(framing.head.closes == closes)
    }

    /// What the handler does with a buffer.
    private func feed(_ octets: ArraySlice<UInt8>, to framing: inout RequestFraming) -> ([UInt8], [RequestFraming.Event]) {
        var output: [UInt8] = []
        var events: [RequestFraming.Event] = []
        var rest = octets
        while let first = rest.first {
            let (count, event) = framing.pass(rest)
            output += rest.prefix(count)
            if let event { events.append(event) }
            rest = rest.dropFirst(count)
            guard count == 0 else { continue }
            var byte = first
            let completed = framing.take(&byte)
            if let completed { events.append(completed) }
            if let completed, refuses(completed) { break }
            output.append(byte)
            rest = rest.dropFirst()
        }
        return (output, events)
    }

    private func refuses(_ event: RequestFraming.Event) -> Bool { event == .headTooLong || event == .malformed }
}
