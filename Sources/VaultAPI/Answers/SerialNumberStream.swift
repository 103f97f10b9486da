import APISchema
import Foundation
import HTTPFront
import HTTPTypes
import HummingbirdCore
import NIOCore
import PKI

/// A list of serial numbers that is read while it is sent: one of a million costs a piece of memory.
struct SerialNumberStream: Sendable {
    /// At most so many serial numbers that follow one.
    typealias Next = @Sendable (_ last: SerialNumber, _ limit: Int) async throws -> [SerialNumber]

    /// Serial numbers that are read at once.
    static let piece = 4_096

    /// Not empty.
    let first: [SerialNumber]
    /// Of the whole list.
    let limit: Int
    let next: Next

    /// Stands in the envelope for the list. Nothing that an envelope says has braces.
    private static let mark = "{keys}"

    func response(_ context: APIRequestContext) throws -> Response {
        let json = try JSONEncoder().encode(Envelope(requestID: context.requestID, data: KeyList(keys: [Self.mark])))
        guard let range = json.range(of: Data("\"\(Self.mark)\"".utf8)) else { throw APIFailure.unexpected(requestID: context.requestID) }
        let (before, after) = (ByteBuffer(bytes: json[..<range.lowerBound]), ByteBuffer(bytes: json[range.upperBound...]))
        let body = ResponseBody { writer in
            try await writer.write(before)
            var pieces = Pieces(self)
            while let text = try await pieces.next() { try await writer.write(text) }
            try await writer.write(after)
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: [.contentType: ContentType.json, .cacheControl: "no-store"], body: body)
    }

    /// The list's text as it is sent. A read that fails ends the connection, and the peer knows that its answer is not whole.
    struct Pieces {
        private let stream: SerialNumberStream
        private var serials: [SerialNumber]
        private var left: Int
        private var isFirst = true

        init(_ stream: SerialNumberStream) {
            self.stream = stream
            serials = stream.first
            left = stream.limit
        }

        /// Elements of a JSON list; nil behind the last ones.
        mutating func next() async throws -> ByteBuffer? {
            if isFirst {
                isFirst = false
                return ByteBuffer(string: text)
            }
            guard serials.count == SerialNumberStream.piece, left > serials.count, let last = serials.last else { return nil }
            left -= serials.count
            serials = try await stream.next(last, min(left, SerialNumberStream.piece))
            return serials.isEmpty ? nil : ByteBuffer(string: "," + text)
        }

        /// Hexadecimal digits and colons need no escapes.
        private var text: String { serials.map { "\"\($0)\"" }.joined(separator: ",") }
    }
}
