import CRLPublishing
import Foundation
import HTTPFront
import Issuance
import PKI
import PolicyFiles

extension FuzzTarget {
    /// Small grammars that clients write: addresses, names, serial numbers, durations, patterns, entity tags.
    static let text = FuzzTarget(name: "text") { octets in
        let text = String(decoding: octets, as: UTF8.self)
        try checkAddress(text)
        try checkNames(text)
        try checkNumbers(text)
        // The first line is a pattern, the rest what it is held against.
        let lines = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let matches = glob(lines[0], matches: lines.last ?? "")
        if !lines[0].contains("*"), !lines[0].contains("?") {
            try requireEqual(matches, lines[0] == lines.last, "a pattern without signs matches itself alone")
        }
        try require(glob(lines[0] + "*", matches: lines[0]) && glob("*", matches: text), "a star matches anything")
        _ = EntityTag(opaque: "0a1b").matches(anyOf: lines)
    }
}

/// The system's own reader of addresses is the judge.
private func checkAddress(_ text: String) throws {
    let address = IPAddress(text: text)
    try requireEqual(address?.octets, text.utf8.contains(0) ? nil : judgedAddress(text), "the address inet_pton reads in '\(text)'")
    if let address {
        try requireEqual(IPAddress(text: address.description), address, "an address reads back")
        try requireEqual(GeneralName(description: "IP:\(text)"), .ip(address.octets), "a name of the address")
    }
    if let range = IPRange(cidr: text) {
        try requireEqual(IPRange(cidr: range.description), range, "a block of addresses reads back")
        try require(range.contains(range.address), "a block contains its first address")
    }
}

private func judgedAddress(_ text: String) -> [UInt8]? {
    for (family, count) in [(AF_INET, 4), (AF_INET6, 16)] {
        var octets = [UInt8](repeating: 0, count: count)
        if unsafe inet_pton(family, text, &octets) == 1 { return octets }
    }
    return nil
}

private func checkNames(_ text: String) throws {
    if let name = GeneralName(description: text) {
        try requireEqual(GeneralName(description: name.description), name, "a name reads back")
        var der = DERWriter()
        name.encode(into: &der)
        var reader = DERReader(der.bytes)
        if !reader.isAtEnd { _ = try reader.next() }
        try require(reader.isAtEnd, "a name is one value of DER")
    }
    if let name = IssuerName(text) { try requireEqual(name.description, text, "an issuer's name is itself") }
}

private func checkNumbers(_ text: String) throws {
    if let serial = try? SerialNumber(text: text) {
        try requireEqual(try SerialNumber(text: serial.description), serial, "a serial number reads back")
        try require((1...20).contains(serial.octets.count) && serial.octets[0] != 0, "a serial number has 1 to 20 octets")
    }
    if let seconds = GoDuration.seconds(text) { try require(seconds >= 0, "a duration is not negative") }
    if let seconds = PolicyDuration.seconds(text) {
        try requireEqual(PolicyDuration.seconds(PolicyDuration.text(seconds)), seconds, "a duration reads back")
    }
}
