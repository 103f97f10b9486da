import APISchema
import Foundation
import HTTPFront
import HTTPTypes
import HummingbirdCore
import NIOCore
import PKI

/// A PEM file as a string inside a JSON answer, escaped while it is sent: a list of a million entries is never whole in memory.
struct TextFromFile {
    /// Stands in the payload for the file's text. Nothing that a payload says has braces.
    static let mark = "{file}"

    private let file: ServedFile
    private let before: ByteBuffer
    private let after: ByteBuffer
    /// Octets that the text takes once it is escaped.
    private let length: Int

    /// - Parameter file: one block of PEM.
    /// - Parameter json: has the mark as a string, once.
    init?(_ file: ServedFile, in json: Data) {
        guard let range = json.range(of: Data(Self.mark.utf8)) else { return nil }
        self.file = file
        before = ByteBuffer(bytes: json[..<range.lowerBound])
        after = ByteBuffer(bytes: json[range.upperBound...])
        // The last line feed is left out, the others become two characters.
        length = file.size + PEM.lines(octets: file.size, type: "X509 CRL") - 2
    }

    var body: ResponseBody {
        ResponseBody(contentLength: before.readableBytes + length + after.readableBytes) { [self] writer in
            try await writer.write(before)
            var (read, left) = (0, length)
            try await file.eachPiece { piece in
                read += piece.readableBytes
                let text = Self.escaped(piece, isLast: read == file.size)
                left -= text.readableBytes
                // Nothing may run over into the next answer.
                guard left >= 0 else { throw OtherLength() }
                try await writer.write(text)
            }
            guard left == 0 else { throw OtherLength() }
            try await writer.write(after)
            try await writer.finish(nil)
        }
    }

    /// The file is not what was published: the connection is closed, and the peer knows that its answer is not whole.
    private struct OtherLength: Error {}

    /// PEM has one character that JSON writes in two: the line feed. The last one is left out, as in every answer.
    private static func escaped(_ piece: ByteBuffer, isLast: Bool) -> ByteBuffer {
        var text = ByteBuffer()
        text.reserveCapacity(piece.readableBytes * 66 / 65 + 16)
        let end = isLast && piece.readableBytesView.last == UInt8(ascii: "\n") ? piece.readableBytes - 1 : piece.readableBytes
        for octet in piece.readableBytesView.prefix(end) {
            if octet == UInt8(ascii: "\n") { text.writeStaticString("\\n") } else { text.writeInteger(octet) }
        }
        return text
    }
}

extension Response {
    /// An answer in Vault's envelope whose payload has `TextFromFile.mark` where the text of a file belongs.
    static func envelope(_ data: some Codable & Sendable, with file: ServedFile, context: APIRequestContext) throws -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        let json = try encoder.encode(Envelope(requestID: context.requestID, data: data))
        guard let text = TextFromFile(file, in: json) else { throw APIFailure.unexpected(requestID: context.requestID) }
        return Response(status: .ok, headers: [.contentType: ContentType.json, .cacheControl: "no-store"], body: text.body)
    }
}
