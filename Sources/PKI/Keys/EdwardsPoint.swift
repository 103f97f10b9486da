/// Encodings of points of edwards25519 (RFC 8032 §5.1.2) that are no Ed25519 public key, although signatures verify with them.
enum EdwardsPoint {
    /// Refuses points of small order, for which anybody can make a signature that fits nearly every message, and second spellings of a point.
    /// - Parameter encoding: 32 octets, y in little-endian order below the sign of x.
    static func check(_ encoding: [UInt8]) throws(UnusableKey) {
        var y = encoding
        y[31] &= 0x7F
        // From p = 2²⁵⁵ − 19 on, y is a smaller number written a second time.
        guard !(y[31] == 0x7F && y[1..<31].allSatisfy { $0 == 0xFF } && y[0] >= 0xED) else { throw .notCanonical(algorithm: "Ed25519") }
        // With x = 0 the sign bit would be a second spelling too: y is 1 or −1 there, and both are of small order.
        guard !ofSmallOrder.contains(y) else { throw .smallOrder(algorithm: "Ed25519") }
    }

    /// The y of the eight points whose order divides 8: 0 (two points), 1, −1, and ±c of two points each.
    private static let ofSmallOrder: Set<[UInt8]> = [
        [UInt8](repeating: 0, count: 32), [1] + [UInt8](repeating: 0, count: 31), [0xEC] + [UInt8](repeating: 0xFF, count: 30) + [0x7F],
        [
            0x26, 0xE8, 0x95, 0x8F, 0xC2, 0xB2, 0x27, 0xB0, 0x45, 0xC3, 0xF4, 0x89, 0xF2, 0xEF, 0x98, 0xF0,
            0xD5, 0xDF, 0xAC, 0x05, 0xD3, 0xC6, 0x33, 0x39, 0xB1, 0x38, 0x02, 0x88, 0x6D, 0x53, 0xFC, 0x05,
        ],
        [
            0xC7, 0x17, 0x6A, 0x70, 0x3D, 0x4D, 0xD8, 0x4F, 0xBA, 0x3C, 0x0B, 0x76, 0x0D, 0x10, 0x67, 0x0F,
            0x2A, 0x20, 0x53, 0xFA, 0x2C, 0x39, 0xCC, 0xC6, 0x4E, 0xC7, 0xFD, 0x77, 0x92, 0xAC, 0x03, 0x7A,
        ],
    ]
}
