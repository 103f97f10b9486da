import Crypto
import PKI

/// A row's columns as octets for its hash, unambiguous: different columns never make the same octets.
struct CanonicalEncoding {
    private(set) var octets: [UInt8]

    /// Begins with octets that have a fixed length.
    /// - Parameter capacity: how many there will be, about.
    init(octets: [UInt8] = [], capacity: Int = 0) {
        self.octets = octets
        self.octets.reserveCapacity(capacity)
    }

    /// Eight octets, big-endian.
    mutating func append(_ value: Int64) {
        for shift in stride(from: 56, through: 0, by: -8) { octets.append(UInt8(truncatingIfNeeded: value >> Int64(shift))) }
    }

    /// As seconds since 1970.
    mutating func append(_ time: UnixTime) { append(time.seconds) }

    /// The length in four octets, big-endian, and then the value.
    mutating func append(_ value: some Collection<UInt8>) {
        for shift in stride(from: 24, through: 0, by: -8) { octets.append(UInt8(truncatingIfNeeded: value.count >> shift)) }
        octets.append(contentsOf: value)
    }

    /// UTF-8 behind its length.
    mutating func append(_ text: String) { append(text.utf8) }

    /// The number of values, 0 or 1, and then the value.
    mutating func append(optional text: String?) {
        append(text == nil ? 0 as Int64 : 1)
        if let text { append(text) }
    }

    /// The hash of all that was appended.
    var sha256: [UInt8] { Array(SHA256.hash(data: octets)) }
}

extension String {
    /// Without NUL, at which some databases end a text and others refuse it: a column must say the same to everybody.
    var storable: String {
        var text = self
        return text.withUTF8 { unsafe $0.contains(0) } ? replacing("\u{0}", with: "\u{FFFD}") : self
    }
}
