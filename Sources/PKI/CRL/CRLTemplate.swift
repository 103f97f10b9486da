/// The parts of an issuer's CRLs that are the same in all of them (RFC 5280 §5.1).
package struct CRLTemplate: Sendable {
    private let issuerNameDER: [UInt8]
    private let authorityKeyIdentifierDER: [UInt8]
    private let signatureAlgorithmDER: [UInt8]

    /// - Parameters:
    ///   - issuerNameDER: the exact subject Name of the issuing certificate.
    ///   - authorityKeyIdentifier: its subjectKeyIdentifier.
    ///   - signatureAlgorithmDER: the AlgorithmIdentifier of the signatures to come.
    package init(issuerNameDER: [UInt8], authorityKeyIdentifier: [UInt8], signatureAlgorithmDER: [UInt8]) {
        self.issuerNameDER = issuerNameDER
        self.signatureAlgorithmDER = signatureAlgorithmDER
        var writer = DERWriter()
        writer.crlExtension(.authorityKeyIdentifier) { value in
            value.constructed(0x30) { $0.primitive(0x80, authorityKeyIdentifier) }
        }
        authorityKeyIdentifierDER = writer.bytes
    }

    /// The octets around the entries in a tbsCertList.
    struct Frame {
        /// Tag and length of the tbsCertList, and all up to the first entry.
        let head: [UInt8]
        /// All after the last entry.
        let tail: [UInt8]
    }

    /// Version 2, no critical extension, no revokedCertificates when there are none (RFC 5280 §5.1.2.6).
    ///
    /// - Parameters:
    ///   - expiredCertsOnCRL: every revoked certificate that ends then or later is listed; nil when none has left.
    ///   - entryOctets: length of the entries in octets.
    func frame(number: Int64, thisUpdate: UnixTime, nextUpdate: UnixTime, expiredCertsOnCRL: UnixTime?, entryOctets: Int) -> Frame {
        var fields = DERWriter()
        fields.integer(1)
        fields.raw(signatureAlgorithmDER)
        fields.raw(issuerNameDER)
        fields.time(thisUpdate)
        fields.time(nextUpdate)
        var tail = DERWriter()
        tail.constructed(0xA0) { field in
            field.constructed(0x30) { extensions in
                extensions.raw(authorityKeyIdentifierDER)
                extensions.crlExtension(.cRLNumber) { $0.integer(number) }
                if let expiredCertsOnCRL {
                    extensions.crlExtension(.expiredCertsOnCRL) { $0.generalizedTime(expiredCertsOnCRL) }
                }
            }
        }
        if entryOctets > 0 { fields.raw(Self.header(content: entryOctets)) }
        let content = fields.bytes.count + entryOctets + tail.bytes.count
        return Frame(head: Self.header(content: content) + fields.bytes, tail: tail.bytes)
    }

    /// The octets after a tbsCertList: algorithm and signature.
    func signatureFields(_ signature: [UInt8]) -> [UInt8] {
        var fields = DERWriter()
        fields.raw(signatureAlgorithmDER)
        fields.bitString(signature)
        return fields.bytes
    }

    /// Tag and length of a SEQUENCE.
    static func header(content: Int) -> [UInt8] {
        var header = DERWriter()
        header.storage.append(0x30)
        header.appendLength(content)
        return header.bytes
    }
}

extension DERWriter {
    /// Appends an Extension that is not critical.
    fileprivate mutating func crlExtension(_ oid: ObjectIdentifierDER, _ value: (inout DERWriter) -> Void) {
        constructed(0x30) { ext in
            ext.objectIdentifier(oid)
            ext.constructed(0x04, value)
        }
    }
}
