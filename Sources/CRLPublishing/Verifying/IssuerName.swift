/// An issuer's name as it stands in the index, in URLs and in file names: `devices`.
///
/// A name is read before anything vouches for it; one that is no plain word would reach outside the output directory.
package struct IssuerName: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let description: String

    /// The name of the trusted root.
    static let root = IssuerName(plain: "root")

    private init(plain text: String) { description = text }

    /// - Parameter text: 1 to 64 lower-case letters, digits and hyphens, a letter first; not `bundle`, whose file holds every list.
    package init?(_ text: String) {
        let octets = Array(text.utf8)
        guard let first = octets.first, Self.isLetter(first), octets.count <= 64, text != "bundle" else { return nil }
        guard octets.allSatisfy({ Self.isLetter($0) || Self.isDigitOrHyphen($0) }) else { return nil }
        description = text
    }

    package static func < (left: Self, right: Self) -> Bool { left.description < right.description }

    private static func isLetter(_ octet: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(octet) }

    private static func isDigitOrHyphen(_ octet: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(octet) || octet == UInt8(ascii: "-")
    }
}
