/// True when a certificate's extendedKeyUsage has clientAuth (RFC 5280 §4.2.1.12); false also when it cannot be read.
///
/// Only this extension is read: the other parts of a certificate that was issued here are known.
package func permitsTLSClients(certificate der: [UInt8]) -> Bool {
    do throws(DERError) {
        guard var usages = try extendedKeyUsage(of: der) else { return false }
        while !usages.isAtEnd {
            if der[try usages.next(0x06).content].elementsEqual(clientAuth) { return true }
        }
        return false
    } catch {
        return false
    }
}

/// id-kp-clientAuth, 1.3.6.1.5.5.7.3.2.
private let clientAuth: [UInt8] = [0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x02]
/// id-ce-extKeyUsage, 2.5.29.37.
private let extendedKeyUsageID: [UInt8] = [0x55, 0x1D, 0x25]

/// Over the purposes.
private func extendedKeyUsage(of der: [UInt8]) throws(DERError) -> DERReader? {
    var document = DERReader(der)
    var certificate = try document.open(0x30)
    var fields = try certificate.open(0x30)
    while let tag = fields.nextTag, tag != 0xA3 { _ = try fields.next() }
    var wrapper = try fields.open(0xA3)
    var list = try wrapper.open(0x30)
    while !list.isAtEnd {
        var one = try list.open(0x30)
        let isWanted = der[try one.next(0x06).content].elementsEqual(extendedKeyUsageID)
        _ = try one.nextIfPresent(0x01)
        var value = one.inside(try one.next(0x04))
        if isWanted { return try value.open(0x30) }
    }
    return nil
}
