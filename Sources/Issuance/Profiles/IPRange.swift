import PKI

/// A block of addresses, such as `127.0.0.0/8`.
package struct IPRange: Sendable, Equatable, CustomStringConvertible {
    package let address: [UInt8]
    package let prefixLength: Int

    /// Reads CIDR notation; nil when it is not, or when bits beyond the prefix are set.
    package init?(cidr: String) {
        let parts = cidr.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, case .ip(let address) = GeneralName.ip(text: String(parts[0])),
            let length = Int(parts[1]), (0...(address.count * 8)).contains(length)
        else { return nil }
        // Addresses are compared as IPv4 where they are that, and so are their blocks.
        let unmapped = IPAddress(octets: address)?.unmapped.octets ?? address
        let isMapped = unmapped.count < address.count && length >= 96
        self.address = isMapped ? unmapped : address
        prefixLength = isMapped ? length - 96 : length
        guard contains(self.address), hostBitsAreZero else { return nil }
    }

    /// True when `other` has the same family and the same leading bits.
    package func contains(_ other: [UInt8]) -> Bool {
        guard other.count == address.count else { return false }
        return (0..<prefixLength).allSatisfy { bit(address, $0) == bit(other, $0) }
    }

    package var description: String { "\(GeneralName.ip(address).description.dropFirst(3))/\(prefixLength)" }

    private var hostBitsAreZero: Bool { (prefixLength..<address.count * 8).allSatisfy { !bit(address, $0) } }

    private func bit(_ octets: [UInt8], _ index: Int) -> Bool { octets[index / 8] >> UInt8(7 - index % 8) & 1 == 1 }
}
