import PKI
import SwiftASN1
import X509

/// A name as swift-certificates reads it, in our words; nil for kinds that we only describe.
func judgedName(_ name: X509.GeneralName) -> PKI.GeneralName? {
    switch name {
    case .dnsName(let name): .dns(name)
    case .uniformResourceIdentifier(let uri): .uri(uri)
    case .rfc822Name(let address): .email(address)
    case .ipAddress(let octets) where octets.bytes.count == 4 || octets.bytes.count == 16: .ip(Array(octets.bytes))
    default: nil
    }
}

/// Names in their order are the same, but for kinds that are only described.
func requireSameNames(_ ours: [PKI.GeneralName], _ theirs: SubjectAlternativeNames?) throws {
    let theirs = theirs.map { Array($0) } ?? []
    try requireEqual(ours.count, theirs.count, "as many names as swift-certificates finds")
    for (ours, theirs) in zip(ours, theirs) {
        if let judged = judgedName(theirs) {
            try requireEqual(ours, judged, "the name that swift-certificates finds")
        } else if case .other = ours {
            continue
        } else {
            throw BrokenInvariant(description: "swift-certificates finds \(theirs) where we find \(ours)")
        }
    }
}

/// The subject's attributes are those that swift-certificates finds.
func requireSameSubject(_ ours: [String], _ type: ASN1ObjectIdentifier, in theirs: DistinguishedName) throws {
    let values = theirs.flatMap { Array($0) }.filter { $0.type == type }.map { String($0.value) }
    try requireEqual(ours, values.map { $0 ?? "" }, "the attribute \(type) that swift-certificates finds")
}

/// DER as swift-asn1 writes it.
func judgedDER(_ value: some DERSerializable) throws -> [UInt8] {
    var serializer = DER.Serializer()
    try serializer.serialize(value)
    return serializer.serializedBytes
}
