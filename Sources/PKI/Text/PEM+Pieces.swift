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

extension Base64 {
    /// The digits of every 12 bits, the first in the lower octet: half the look-ups of one digit at a time.
    private static let pairs: [UInt16] = {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        return (0..<4_096).map { UInt16(alphabet[$0 >> 6]) | UInt16(alphabet[$0 & 63]) << 8 }
    }()

    /// Writes octets over the start of `text`, 64 digits to a line, and returns how many it wrote. `text` has room for all of them.
    ///
    /// Measured on 49 MB: 30 ms, against 190 ms through `encodeLines(_:into:)`, which is for what is small.
    static func encodeLines(of octets: [UInt8], in range: Range<Int>, to text: inout [UInt8]) -> Int {
        var written = 0
        var start = range.lowerBound
        unsafe pairs.withUnsafeBufferPointer { pairs in
            unsafe octets.withUnsafeBufferPointer { octets in
                unsafe text.withUnsafeMutableBytes { text in
                    while range.upperBound - start >= 48 {
                        for group in 0..<16 {
                            let from = start + group * 3
                            let word = unsafe Int(octets[from]) << 16 | Int(octets[from + 1]) << 8 | Int(octets[from + 2])
                            let digits = unsafe UInt32(pairs[word >> 12]) | UInt32(pairs[word & 0xFFF]) << 16
                            unsafe text.storeBytes(of: digits.littleEndian, toByteOffset: written + group * 4, as: UInt32.self)
                        }
                        unsafe text[written + 64] = UInt8(ascii: "\n")
                        start += 48
                        written += 65
                    }
                }
            }
        }
        guard start < range.upperBound else { return written }
        var rest: [UInt8] = []
        encodeLines(Array(octets[start..<range.upperBound]), into: &rest)
        text.replaceSubrange(written..<written + rest.count, with: rest)
        return written + rest.count
    }
}
