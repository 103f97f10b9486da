/// Appends DER (X.690) to a byte array; the length of a constructed value is patched in when its body is done.
package struct DERWriter: Sendable {
    @usableFromInline var storage: [UInt8] = []

    /// - Parameter capacity: octets to reserve, when the size is about known.
    @inlinable
    package init(capacity: Int = 0) {
        storage.reserveCapacity(capacity)
    }

    /// The octets written so far.
    @inlinable
    package var bytes: [UInt8] { storage }

    /// Writes a value with any tag octet, such as 0x30 or 0xA3, whose content `body` writes.
    @inlinable
    package mutating func constructed(_ tag: UInt8, _ body: (inout DERWriter) -> Void) {
        storage.append(tag)
        storage.append(0)
        let start = storage.count
        body(&self)
        patchLength(before: start)
    }

    /// Writes a value with the given content octets.
    @inlinable
    package mutating func primitive(_ tag: UInt8, _ content: [UInt8]) {
        storage.append(tag)
        appendLength(content.count)
        storage.append(contentsOf: content)
    }

    /// Writes octets that are DER already.
    @inlinable
    package mutating func raw(_ der: [UInt8]) {
        storage.append(contentsOf: der)
    }

    /// Writes an OCTET STRING.
    @inlinable
    package mutating func octetString(_ octets: [UInt8]) {
        primitive(0x04, octets)
    }

    /// Writes a BIT STRING; `unusedBits` counts the bits of the last octet that do not belong to it.
    @inlinable
    package mutating func bitString(_ octets: [UInt8], unusedBits: UInt8 = 0) {
        storage.append(0x03)
        appendLength(octets.count + 1)
        storage.append(unusedBits)
        storage.append(contentsOf: octets)
    }

    /// Writes a UTF8String.
    package mutating func utf8String(_ text: String) {
        self.text(0x0C, text)
    }

    /// Writes UTF-8 under any tag octet, such as 0x82 for a DNS name.
    package mutating func text(_ tag: UInt8, _ text: String) {
        storage.append(tag)
        appendLength(text.utf8.count)
        storage.append(contentsOf: text.utf8)
    }

    /// Writes a BOOLEAN (X.690 §11.1: TRUE is 0xFF).
    package mutating func boolean(_ value: Bool) {
        storage.append(0x01)
        storage.append(0x01)
        storage.append(value ? 0xFF : 0x00)
    }

    /// Writes an OBJECT IDENTIFIER.
    package mutating func objectIdentifier(_ oid: ObjectIdentifierDER) {
        primitive(0x06, oid.content)
    }

    /// Writes a definite length in as few octets as DER allows (X.690 §10.1).
    @inlinable
    package mutating func appendLength(_ length: Int) {
        if length < 0x80 {
            storage.append(UInt8(truncatingIfNeeded: length))
            return
        }
        let octets = (Int.bitWidth - length.leadingZeroBitCount + 7) / 8
        storage.append(0x80 | UInt8(truncatingIfNeeded: octets))
        for shift in stride(from: (octets - 1) * 8, through: 0, by: -8) {
            storage.append(UInt8(truncatingIfNeeded: length >> shift))
        }
    }

    @usableFromInline
    mutating func patchLength(before start: Int) {
        let length = storage.count - start
        if length < 0x80 {
            storage[start - 1] = UInt8(truncatingIfNeeded: length)
            return
        }
        var patch = DERWriter()
        patch.appendLength(length)
        storage[start - 1] = patch.storage[0]
        storage.insert(contentsOf: patch.storage.dropFirst(), at: start)
    }
}
