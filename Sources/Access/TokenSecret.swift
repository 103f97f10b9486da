internal import Crypto

/// The secret of a token or ticket: 256 random bits behind a prefix that secret scanners can find. Shown once, never stored.
package struct TokenSecret: Sendable, CustomStringConvertible {
    /// The text that its holder presents.
    package let text: String
    private let digest: SHA256.Digest

    /// - Parameter isTicket: chooses the prefix, `signet-ticket-` or `signet-token-`.
    package init(isTicket: Bool, using generator: inout some RandomNumberGenerator) {
        let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_".utf8)
        // 43 digits of 6 bits each hold 256 bits.
        let digits = (0..<43).map { _ in alphabet[Int.random(in: 0..<64, using: &generator)] }
        self.init((isTicket ? "signet-ticket-" : "signet-token-") + String(decoding: digits, as: UTF8.self))
    }

    private init(_ text: String) {
        self.text = text
        digest = SHA256.hash(data: Array(text.utf8))
    }

    /// Takes a presented text; nil when it is too long or not printable.
    package init?(presented text: String) {
        guard (1...256).contains(text.utf8.count), text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        self.init(text)
    }

    /// SHA-256 of the text, by which the ledger finds the token.
    package var sha256: [UInt8] { Array(digest) }

    /// True when this is its digest; compares in constant time.
    func matches(sha256: [UInt8]) -> Bool { digest == sha256 }

    package var description: String { "<redacted>" }
}
