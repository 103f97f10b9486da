import Crypto
import PKI

/// The hash chain over `security_audit`: each row's hash covers the row and the hash before it, so that changing, removing or moving a row shows.
///
/// A row's hash is SHA-256 over: the 32 octets of the hash before; `id` and `timestamp`, eight octets each, big-endian; then `principal`, `action`,
/// `resource`, `result`, `ip_address`, `user_agent` and `details` as stored, each as UTF-8 behind its length in four octets, big-endian.
package enum AuditChain {
    /// The head before the first row.
    package static let start = AuditHead(id: 0, hash: [UInt8](repeating: 0, count: 32))

    /// A row without its hashes.
    package struct Row: Sendable {
        package let id: Int64
        /// Milliseconds since 1970.
        package let timestamp: Int64
        /// `principal`, `action`, `resource`, `result`, `ip_address`, `user_agent` and `details`.
        package let texts: [String]

        package init(id: Int64, timestamp: Int64, texts: [String]) {
            self.id = id
            self.timestamp = timestamp
            self.texts = texts
        }
    }

    /// The hash of a row that is about to be written.
    package static func hash(of row: Row, after previous: [UInt8]) -> [UInt8] {
        hash(row.id, row.timestamp, row.texts.map(\.utf8), after: previous)
    }

    /// The same over the octets as they lie in the file, also where they are no text any more.
    package static func hash(id: Int64, timestamp: Int64, texts: [[UInt8]], after previous: [UInt8]) -> [UInt8] {
        hash(id, timestamp, texts, after: previous)
    }

    private static func hash(_ id: Int64, _ timestamp: Int64, _ texts: [some Collection<UInt8>], after previous: [UInt8]) -> [UInt8] {
        var encoding = CanonicalEncoding(octets: previous, capacity: 1024)
        encoding.append(id)
        encoding.append(timestamp)
        for text in texts { encoding.append(text) }
        return encoding.sha256
    }
}

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
