import SwiftASN1
import X509

/// The extensions that a PKCS#10 request asks for, in PKCS#9's extensionRequest attribute (RFC 2985 §5.4.2) or in Microsoft's.
///
/// Names, CA:TRUE and key usages decide, and are read strictly. Other attributes and extensions go into no certificate, and their form is not
/// checked. Deviations of older tools from DER that have one meaning only are accepted: a written FALSE, needless zero bits of a keyUsage,
/// attributes in any order (decision 61).
struct RequestedExtensions {
    private(set) var names: [GeneralName] = []
    private(set) var requestsCA = false
    private(set) var unknownCritical: [String] = []

    /// - Parameter attributes: over the content of the attributes field (RFC 2986 §4.1).
    init(_ attributes: DERReader) throws(InvalidSigningRequest) {
        var lists: [DERReader] = []
        do throws(DERError) {
            lists = try Self.lists(attributes)
        } catch {
            throw .malformed(.attributes)
        }
        guard lists.count <= 1 else { throw .severalExtensionLists(lists.count) }
        if let list = lists.first { try read(list) }
    }

    /// The values of every attribute that holds extensions.
    private static func lists(_ attributes: DERReader) throws(DERError) -> [DERReader] {
        var attributes = attributes
        var lists: [DERReader] = []
        while !attributes.isAtEnd {
            var attribute = try attributes.open(0x30)
            let type = try attribute.objectIdentifier()
            guard type == .extensionRequest || type == .microsoftCertificateExtensions else { continue }
            var values = try attribute.open(0x31)
            try attribute.requireEnd()
            while !values.isAtEnd { lists.append(try values.open(0x30)) }
        }
        return lists
    }

    private mutating func read(_ list: DERReader) throws(InvalidSigningRequest) {
        var list = list
        var seen: [ObjectIdentifierDER] = []
        while !list.isAtEnd {
            let (oid, isCritical, value) = try Self.one(&list)
            guard !seen.contains(oid) else { throw .repeatedExtension(oid.description) }
            seen.append(oid)
            try read(oid, isCritical: isCritical, value)
        }
    }

    private static func one(_ list: inout DERReader) throws(InvalidSigningRequest) -> (ObjectIdentifierDER, Bool, DERReader) {
        do throws(DERError) {
            var one = try list.open(0x30)
            let oid = try one.objectIdentifier()
            let isCritical = try one.lenientBoolean()
            let value = one.inside(try one.next(0x04))
            try one.requireEnd()
            return (oid, isCritical, value)
        } catch {
            throw .malformed(.extensions)
        }
    }

    private mutating func read(_ oid: ObjectIdentifierDER, isCritical: Bool, _ value: DERReader) throws(InvalidSigningRequest) {
        switch oid {
        case .subjectAltName: names = try Self.names(value)
        case .keyUsage:
            guard let signs = try? Self.signsCertificates(value) else { throw .malformed(.keyUsage) }
            if signs { requestsCA = true }
        case .basicConstraints:
            guard let isCA = try? Self.isCA(value) else { throw .malformed(.basicConstraints) }
            if isCA { requestsCA = true }
        case .extKeyUsage: break
        default: if isCritical { unknownCritical.append(oid.description) }
        }
    }

    private static func names(_ value: DERReader) throws(InvalidSigningRequest) -> [GeneralName] {
        guard let elements = try? elements(value) else { throw .malformed(.subjectAltName) }
        var names: [GeneralName] = []
        for element in elements { names.append(try name(element, in: value.bytes)) }
        return names
    }

    private static func elements(_ value: DERReader) throws(DERError) -> [DERReader.Element] {
        var value = value
        var list = try value.open(0x30)
        try value.requireEnd()
        var elements: [DERReader.Element] = []
        while !list.isAtEnd { elements.append(try list.next()) }
        return elements
    }

    private static func name(_ element: DERReader.Element, in bytes: [UInt8]) throws(InvalidSigningRequest) -> GeneralName {
        if let name = GeneralName(element, in: bytes) { return name }
        if let kind = [0x81: "mail address", 0x82: "DNS name", 0x86: "URI"][element.tag] {
            throw .nameNotASCII(kind: kind, String(decoding: bytes[element.content], as: UTF8.self))
        }
        guard let other = try? X509.GeneralName(derEncoded: Array(bytes[element.whole])) else { throw .malformed(.subjectAltName) }
        return GeneralName(other)
    }

    /// True when keyCertSign or cRLSign is set (RFC 5280 §4.2.1.3), whatever the count of unused bits.
    private static func signsCertificates(_ value: DERReader) throws(DERError) -> Bool {
        var value = value
        let content = value.bytes[try value.next(0x03).content]
        try value.requireEnd()
        guard let unused = content.first, unused < 8, content.count > 1 || unused == 0 else {
            throw .invalidBitString(at: content.startIndex)
        }
        return (content.dropFirst().first ?? 0) & 0x06 != 0
    }

    /// The cA field (RFC 5280 §4.2.1.9); the length of the path says nothing without it.
    private static func isCA(_ value: DERReader) throws(DERError) -> Bool {
        var value = value
        var constraints = try value.open(0x30)
        try value.requireEnd()
        let isCA = try constraints.lenientBoolean()
        _ = try constraints.nextIfPresent(0x02)
        try constraints.requireEnd()
        return isCA
    }
}

extension DERReader {
    /// Reads `BOOLEAN DEFAULT FALSE` as BER lets it be written: every octet but zero is TRUE, and FALSE may stand there.
    fileprivate mutating func lenientBoolean() throws(DERError) -> Bool {
        guard let element = try nextIfPresent(0x01) else { return false }
        guard element.content.count == 1 else { throw .invalidBoolean(at: element.start) }
        return bytes[element.content.lowerBound] != 0
    }
}
