import PKI

/// The fields of a to-be-signed certificate (RFC 5280 §4.1), most of them encoded already.
struct TBSCertificate {
    var serialNumber: SerialNumber
    /// AlgorithmIdentifier, DER.
    var signatureAlgorithm: [UInt8]
    /// Name, DER: byte for byte the issuer's subject.
    var issuer: [UInt8]
    /// Both inclusive.
    var notBefore: UnixTime
    var notAfter: UnixTime
    /// Name, DER.
    var subject: [UInt8]
    /// SubjectPublicKeyInfo, DER.
    var publicKey: [UInt8]
    /// Extensions one after the other, DER.
    var extensions: [UInt8]

    /// The bytes to be signed.
    func encoded() -> [UInt8] {
        var writer = DERWriter(capacity: 96 + issuer.count + subject.count + publicKey.count + extensions.count)
        writer.constructed(0x30) { tbs in
            tbs.constructed(0xA0) { $0.integer(2) }
            tbs.integer(serialNumber.octets)
            tbs.raw(signatureAlgorithm)
            tbs.raw(issuer)
            tbs.constructed(0x30) { validity in
                validity.time(notBefore)
                validity.time(notAfter)
            }
            tbs.raw(subject)
            tbs.raw(publicKey)
            tbs.constructed(0xA3) { $0.constructed(0x30) { $0.raw(extensions) } }
        }
        return writer.bytes
    }
}

/// Wraps to-be-signed bytes, their algorithm and a signature into a certificate or a CRL: both have this shape (RFC 5280 §4.1, §5.1).
func signedDER(tbs: [UInt8], signatureAlgorithm: [UInt8], signature: [UInt8]) -> [UInt8] {
    var writer = DERWriter(capacity: tbs.count + signature.count + 32)
    writer.constructed(0x30) { signed in
        signed.raw(tbs)
        signed.raw(signatureAlgorithm)
        signed.bitString(signature)
    }
    return writer.bytes
}
