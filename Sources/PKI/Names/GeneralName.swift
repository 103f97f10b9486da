import SwiftASN1
import X509

/// A name of a subjectAltName extension (RFC 5280 §4.2.1.6).
package enum GeneralName: Hashable, Sendable, CustomStringConvertible {
    case dns(String)
    /// 4 or 16 octets.
    case ip([UInt8])
    case uri(String)
    case email(String)
    /// A kind this CA has no use for, described for people.
    case other(String)

    /// `DNS:x`, `IP:10.0.0.1`, `URI:urn:uuid:…`, `email:a@b` or `other:…`.
    package var description: String {
        switch self {
        case .dns(let name): "DNS:" + name
        case .ip(let octets): "IP:" + (IPAddress(octets: octets)?.description ?? hexadecimal(octets))
        case .uri(let uri): "URI:" + uri
        case .email(let address): "email:" + address
        case .other(let name): "other:" + name
        }
    }

    /// Reads what `description` writes; nil for any other text.
    package init?(description: String) {
        guard let colon = description.firstIndex(of: ":") else { return nil }
        let value = String(description[description.index(after: colon)...])
        switch description[..<colon] {
        case "DNS": self = .dns(value)
        case "URI": self = .uri(value)
        case "email": self = .email(value)
        case "other": self = .other(value)
        case "IP":
            guard let address = IPAddress(text: value) else { return nil }
            self = .ip(address.octets)
        default: return nil
        }
    }

    /// The name of an address written as text; nil when it is not one.
    package static func ip(text: String) -> GeneralName? {
        IPAddress(text: text).map { .ip($0.octets) }
    }

    /// A name from swift-certificates; an address of a wrong length is no address.
    init(_ name: X509.GeneralName) {
        switch name {
        case .dnsName(let name): self = .dns(name)
        case .uniformResourceIdentifier(let uri): self = .uri(uri)
        case .rfc822Name(let address): self = .email(address)
        case .ipAddress(let octets):
            let octets = Array(octets.bytes)
            self = IPAddress(octets: octets) == nil ? .other("IP of \(octets.count) octets") : .ip(octets)
        case .directoryName(let name): self = .other("dirName \(name)")
        case .registeredID(let oid): self = .other("registeredID \(oid)")
        case .otherName(let name): self = .other("otherName \(name.typeID)")
        case .x400Address: self = .other("x400Address")
        case .ediPartyName: self = .other("ediPartyName")
        }
    }

    /// The four common kinds; nil for others and for what is not well-formed.
    package init?(_ element: DERReader.Element, in bytes: [UInt8]) {
        let content = bytes[element.content]
        if element.tag == 0x87 {
            guard content.count == 4 || content.count == 16 else { return nil }
            self = .ip(Array(content))
            return
        }
        guard content.allSatisfy({ $0 < 0x80 }) else { return nil }
        switch element.tag {
        case 0x81: self = .email(String(decoding: content, as: UTF8.self))
        case 0x82: self = .dns(String(decoding: content, as: UTF8.self))
        case 0x86: self = .uri(String(decoding: content, as: UTF8.self))
        default: return nil
        }
    }

    /// Appends the DER; nothing for kinds that are only described.
    package func encode(into der: inout DERWriter) {
        switch self {
        case .email(let address): der.text(0x81, address)
        case .dns(let name): der.text(0x82, name)
        case .uri(let uri): der.text(0x86, uri)
        case .ip(let octets): der.primitive(0x87, octets)
        case .other: break
        }
    }
}
