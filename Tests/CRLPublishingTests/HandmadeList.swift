import PKI
import TestKit

/// A CRL put together field by field, to leave some out; signed as any other.
struct HandmadeList {
    var number: Int64? = 11
    var nextUpdate: UnixTime? = Bench.now + 7 * Bench.day
    var keyIdentifier: [UInt8]?
    /// Adds a deltaCRLIndicator, which is critical (RFC 5280 §5.2.4).
    var isDelta = false

    init(of issuer: ThrowAwayIssuer) {
        keyIdentifier = issuer.certificate.subjectKeyIdentifier
    }

    /// - Parameters:
    ///   - issuer: whose name it carries.
    ///   - key: signs it.
    func der(_ issuer: ThrowAwayIssuer, key: PrivateKey) throws -> [UInt8] {
        var tbs = DERWriter()
        tbs.constructed(0x30) { list in
            list.integer(1)
            list.raw(key.algorithm.signature.identifier)
            list.raw(issuer.certificate.subjectDER)
            list.time(Bench.now - 60)
            if let nextUpdate { list.time(nextUpdate) }
            list.constructed(0xA0) { field in
                field.constructed(0x30, extensions)
            }
        }
        let signature = try key.sign(tbs.bytes)
        var list = DERWriter()
        list.constructed(0x30) { fields in
            fields.raw(tbs.bytes)
            fields.raw(key.algorithm.signature.identifier)
            fields.bitString(signature)
        }
        return list.bytes
    }

    private func extensions(_ list: inout DERWriter) {
        if let keyIdentifier {
            add(35, critical: false, to: &list) { value in value.constructed(0x30) { $0.primitive(0x80, keyIdentifier) } }
        }
        if let number { add(20, critical: false, to: &list) { $0.integer(number) } }
        if isDelta { add(27, critical: true, to: &list) { $0.integer(1) } }
    }

    /// An extension of the arc 2.5.29.
    private func add(_ arc: UInt8, critical: Bool, to list: inout DERWriter, _ value: (inout DERWriter) -> Void) {
        list.constructed(0x30) { ext in
            ext.primitive(0x06, [0x55, 0x1D, arc])
            if critical { ext.boolean(true) }
            ext.constructed(0x04, value)
        }
    }
}
