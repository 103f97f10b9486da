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
