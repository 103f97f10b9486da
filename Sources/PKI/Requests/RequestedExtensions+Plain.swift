extension RequestedExtensions {
    /// Reads the attributes that nearly every request has: none, or one extensionRequest of extensions known here. nil for anything else, which
    /// the general parser, which builds trees, then judges. A differential test holds both to one result (decision 35).
    ///
    /// - Parameter attributes: over the content of the attributes field (RFC 2986 §4.1).
    init?(plain attributes: DERReader) {
        do throws(DERError) {
            guard try read(attributes) else { return nil }
        } catch {
            return nil
        }
    }

    private mutating func read(_ attributes: DERReader) throws(DERError) -> Bool {
        var attributes = attributes
        if attributes.isAtEnd { return true }
        var attribute = try attributes.open(0x30)
        guard attributes.isAtEnd, try attribute.nextIs(.extensionRequest) else { return false }
        var values = try attribute.open(0x31)
        try attribute.requireEnd()
        var extensions = try values.open(0x30)
        guard values.isAtEnd else { return false }
        var seen: [ObjectIdentifierDER] = []
        while !extensions.isAtEnd {
            var one = try extensions.open(0x30)
            let oid = try one.objectIdentifier()
            let isCritical = try one.booleanDefaultFalse()
            let value = one.inside(try one.next(0x04))
            guard one.isAtEnd, !seen.contains(oid), try read(oid, isCritical: isCritical, value) else { return false }
            seen.append(oid)
        }
        return true
    }

    private mutating func read(_ oid: ObjectIdentifierDER, isCritical: Bool, _ value: DERReader) throws(DERError) -> Bool {
        var value = value
        switch oid {
        case .subjectAltName: return try readNames(&value)
        case .keyUsage: return try readKeyUsage(&value)
        case .basicConstraints:
            // An empty SEQUENCE: no CA (RFC 5280 §4.2.1.9).
            return try value.next(0x30).content.isEmpty && value.isAtEnd
        case .extKeyUsage: return true
        default: return !isCritical
        }
    }

    private mutating func readNames(_ value: inout DERReader) throws(DERError) -> Bool {
        var list = try value.open(0x30)
        guard value.isAtEnd, !list.isAtEnd else { return false }
        while !list.isAtEnd {
            let element = try list.next()
            guard let name = GeneralName(element, in: list.bytes) else { return false }
            names.append(name)
        }
        return true
    }

    private mutating func readKeyUsage(_ value: inout DERReader) throws(DERError) -> Bool {
        let content = value.bytes[try value.next(0x03).content]
        guard value.isAtEnd, content.count == 2, let unused = content.first, let bits = content.last, bits != 0,
            bits.trailingZeroBitCount == Int(unused)
        else { return false }
        // keyCertSign and cRLSign (RFC 5280 §4.2.1.3).
        if bits & 0x06 != 0 { requestsCA = true }
        return true
    }
}

extension GeneralName {
    /// The four common kinds (RFC 5280 §4.2.1.6); nil for others and for what is not well-formed.
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
}
