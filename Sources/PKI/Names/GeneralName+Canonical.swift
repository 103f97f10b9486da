extension GeneralName {
    /// The one spelling under which names are compared, and certified: DNS names and UUIDs in lower case, an IPv4 address that is written as an
    /// IPv6 one as itself. A DNS name or URI that has no such spelling stays as it is; rules refuse it.
    package var canonical: GeneralName {
        switch self {
        case .dns(let name): .dns(asciiLowercased(name))
        case .ip(let octets): .ip(IPAddress(octets: octets)?.unmapped.octets ?? octets)
        case .uri(let uri): .uri(Self.isUUID(uri) ? asciiLowercased(uri) : uri)
        case .email, .other: self
        }
    }

    /// True for loopback names, which every host has for itself.
    package var isLoopback: Bool {
        switch canonical {
        case .dns(let name): name == "localhost"
        case .ip(let octets): octets.count == 4 ? octets[0] == 127 : octets == Array(repeating: 0, count: 15) + [1]
        case .uri, .email, .other: false
        }
    }

    // RFC 9562 §4: both the namespace and the digits are the same in upper and lower case.
    private static func isUUID(_ uri: String) -> Bool { asciiLowercased(uri).utf8.starts(with: "urn:uuid:".utf8) }
}

extension [GeneralName] {
    /// The identity of a service without a common name: its first DNS name; without any, its first address that is not a loopback one.
    package var firstHost: String? {
        for case .dns(let name) in self { return name }
        for case .ip(let octets) in self where !GeneralName.ip(octets).isLoopback { return IPAddress(octets: octets)?.unmapped.description }
        return nil
    }
}

extension IPAddress {
    /// The IPv4 address behind an IPv4-mapped or IPv4-compatible IPv6 one (RFC 4291 §2.5.5); any other as it is.
    package var unmapped: IPAddress {
        guard octets.count == 16, octets[..<10].allSatisfy({ $0 == 0 }) else { return self }
        let isMapped = octets[10] == 0xFF && octets[11] == 0xFF
        // No host has an IPv4 address that begins with 0; of such IPv6 ones ::1 is the loopback.
        let isCompatible = octets[10] == 0 && octets[11] == 0 && octets[12] != 0
        return isMapped || isCompatible ? IPAddress(octets: Array(octets[12...])) ?? self : self
    }
}

/// The text with the letters A to Z in lower case, and no other: some letters beyond ASCII, such as the sign for kelvin, have their lower case in it.
package func asciiLowercased(_ text: String) -> String {
    let octets = Array(text.utf8)
    let letters: ClosedRange<UInt8> = 0x41...0x5A
    guard octets.contains(where: letters.contains) else { return text }
    return String(decoding: octets.map { letters.contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
}

/// True when a text is a URI in the only spelling that is certified: scheme and host in lower case, no user information, port, query or fragment, no
/// percent-encoding, and a path without empty segments, `.` and `..`; so that two different texts never mean one thing (RFC 3986 §6).
package func isCanonicalURI(_ text: String) -> Bool {
    guard text.utf8.count <= 512, let colon = text.firstIndex(of: ":"), isScheme(text[..<colon]) else { return false }
    var rest = text[text.index(after: colon)...]
    if rest.utf8.starts(with: "//".utf8) {
        rest = rest.dropFirst(2)
        let host = rest.prefix { $0 != "/" }
        guard !host.isEmpty, host.utf8.allSatisfy(isHostOctet) else { return false }
        rest = rest.dropFirst(host.count)
        guard !rest.isEmpty else { return true }
        rest = rest.dropFirst()
    }
    return rest.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { segment in
        !segment.isEmpty && segment != "." && segment != ".." && segment.utf8.allSatisfy(isPathOctet)
    }
}

private func isScheme(_ text: Substring) -> Bool {
    guard let first = text.utf8.first, (0x61...0x7A).contains(first) else { return false }
    return text.utf8.allSatisfy { isLowerCaseOrDigit($0) || "+-.".utf8.contains($0) }
}

private func isHostOctet(_ octet: UInt8) -> Bool { isLowerCaseOrDigit(octet) || "-._".utf8.contains(octet) }

// RFC 3986 §3.3 without percent-encoding.
private func isPathOctet(_ octet: UInt8) -> Bool {
    isLowerCaseOrDigit(octet) || (0x41...0x5A).contains(octet) || "-._~!$&'()*+,;=:@".utf8.contains(octet)
}

private func isLowerCaseOrDigit(_ octet: UInt8) -> Bool { (0x61...0x7A).contains(octet) || (0x30...0x39).contains(octet) }
