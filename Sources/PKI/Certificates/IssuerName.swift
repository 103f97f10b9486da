/// The name of a CA as it stands in file names, URLs, the published index and the ledger: `devices`, `devices-2`.
///
/// A name is read before anything vouches for it; one that is no plain word would reach outside a directory.
package struct IssuerName: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let description: String

    /// The root signs issuing CAs and its own CRL. No other CA has its name.
    package static let root = IssuerName(plain: "root")
    /// Its file, `bundle.crl.pem`, holds every CRL; and the word by which the API means one of the issuers.
    private static let taken = ["bundle", "default"]
    private static let longest = 60
    /// Digits of a last word such as the 2 of `devices-2`. A CRL number follows the seconds since 1970 and has more, so that `devices-2.crl`
    /// is a CRL of `devices-2`, and `devices-1764415200.crl` a numbered copy of one of `devices`.
    private static let longestOrdinal = 6

    private init(plain text: String) { description = text }

    /// - Parameter text: at most 60 lower-case letters, digits and hyphens: words with single hyphens between them, a letter first. A last word
    ///   of digits has at most six. Not `bundle` or `default`.
    package init?(_ text: String) {
        guard text.utf8.count <= Self.longest, !Self.taken.contains(text) else { return nil }
        let words = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard let first = text.utf8.first, Self.isLetter(first) else { return nil }
        guard words.allSatisfy({ !$0.isEmpty && $0.allSatisfy { Self.isLetter($0) || Self.isDigit($0) } }) else { return nil }
        guard let last = words.last, last.count <= Self.longestOrdinal || !last.allSatisfy(Self.isDigit) else { return nil }
        description = text
    }

    package static func < (left: Self, right: Self) -> Bool { left.description < right.description }

    /// The number of a copy that is kept of an issuer's CRL, by the name of its file: `devices-1764415200.crl`; nil for every other name.
    package static func copyNumber(in file: String, of issuer: String) -> Int64? {
        guard file.hasPrefix("\(issuer)-"), file.hasSuffix(".crl") else { return nil }
        let digits = file.utf8.dropFirst(issuer.utf8.count + 1).dropLast(4)
        guard digits.count > longestOrdinal, digits.allSatisfy(isDigit) else { return nil }
        return Int64(String(decoding: digits, as: UTF8.self))
    }

    private static func isLetter(_ octet: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(octet) }

    private static func isDigit(_ octet: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(octet) }
}
