/// An ECDSA signature as X.509 carries it: `ECDSA-Sig-Value`, two INTEGERs in DER (RFC 3279 §2.2.3).
package enum ECDSASignature {
    /// r and s, each padded to the size of the curve's order; nil of what is no such DER. The library's own way goes through big numbers and
    /// costs 6 µs.
    /// - Parameter coordinate: octets of the curve's order.
    package static func raw(_ der: ArraySlice<UInt8>, coordinate: Int) -> [UInt8]? {
        do throws(DERError) {
            var document = DERReader(Array(der))
            var values = try document.open(0x30)
            try document.requireEnd()
            let numbers = [try values.magnitude(), try values.magnitude()]
            try values.requireEnd()
            var raw: [UInt8] = []
            raw.reserveCapacity(2 * coordinate)
            for number in numbers {
                guard number.count <= coordinate else { return nil }
                raw += repeatElement(0, count: coordinate - number.count)
                raw += number
            }
            return raw
        } catch {
            return nil
        }
    }
    /// The DER of r and s that follow each other, each padded to the size of the curve's order.
    package static func der(raw: [UInt8]) -> [UInt8] {
        var writer = DERWriter(capacity: raw.count + 10)
        writer.constructed(0x30) { values in
            values.integer(Array(raw.prefix(raw.count / 2)))
            values.integer(Array(raw.suffix(raw.count / 2)))
        }
        return writer.bytes
    }
}
