import Foundation
import NIOCore
import PKI
import Testing

@testable import VaultAPI

@Suite struct SerialNumberStreamTests {
    private static func serials(after last: Int, _ count: Int, of total: Int) throws -> [SerialNumber] {
        guard last < total else { return [] }
        return try (last + 1...min(total, last + count)).map { try SerialNumber(text: String(format: "40%06x", $0)) }
    }

    private static func number(_ serial: SerialNumber) -> Int {
        serial.octets.dropFirst().reduce(0) { $0 << 8 | Int($1) }
    }

    @Test(arguments: [
        (total: 4_096, limit: Int.max), (4_097, .max), (8_192, .max), (10_000, .max), (10_000, 4_097), (10_000, 8_192), (10_000, 9_999),
    ])
    func `a list that is read while it is sent is whole, in order and ends at its limit`(total: Int, limit: Int) async throws {
        let stream = SerialNumberStream(first: try Self.serials(after: 0, SerialNumberStream.piece, of: total), limit: limit) {
            last, count in
            #expect(count <= SerialNumberStream.piece)
            return try Self.serials(after: Self.number(last), count, of: total)
        }
        var text = ByteBuffer(string: "[")
        var pieces = SerialNumberStream.Pieces(stream)
        while var piece = try await pieces.next() { text.writeBuffer(&piece) }
        text.writeString("]")
        let keys = try JSONDecoder().decode([String].self, from: Data(text.readableBytesView))
        #expect(try keys == Self.serials(after: 0, min(limit, total), of: total).map(\.description))
    }
}
