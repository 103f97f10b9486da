/// Faults of octets that are not the expected DER; positions count octets from the start of the document.
package enum DERError: Error, Sendable, Equatable {
    case truncated(at: Int)
    case indefiniteLength(at: Int)
    case nonMinimalLength(at: Int)
    case tooLong(at: Int)
    case highTagNumber(at: Int)
    case unexpectedTag(UInt8, at: Int)
    case trailingOctets(at: Int)
    case invalidInteger(at: Int)
    case invalidBoolean(at: Int)
    case invalidBitString(at: Int)
    case invalidTime(at: Int)

    /// True when octets are missing at the end.
    var isCutOff: Bool { if case .truncated = self { true } else { false } }

    /// The fault in words, with its position, for authors of parsers. The sender of a document gets the document's error instead.
    package var summary: String {
        switch self {
        case .truncated(let position): "the data end before the value at octet \(position) does"
        case .indefiniteLength(let position): "the length at octet \(position) is indefinite, which DER forbids"
        case .nonMinimalLength(let position): "the length at octet \(position) is not as short as DER wants it"
        case .tooLong(let position): "the length at octet \(position) is larger than any document"
        case .highTagNumber(let position): "the tag at octet \(position) has a number above 30"
        case .unexpectedTag(let tag, let position): "there is no value with tag 0x\(hexadecimal([tag])) at octet \(position)"
        case .trailingOctets(let position): "octets follow the value that ends at octet \(position)"
        case .invalidInteger(let position): "the INTEGER at octet \(position) is empty, not minimal or out of range"
        case .invalidBoolean(let position): "the BOOLEAN at octet \(position) is neither 0x00 nor 0xFF, or is a default value"
        case .invalidBitString(let position): "the BIT STRING at octet \(position) is not whole octets"
        case .invalidTime(let position): "the time at octet \(position) is not written as RFC 5280 wants it, or does not exist"
        }
    }
}
