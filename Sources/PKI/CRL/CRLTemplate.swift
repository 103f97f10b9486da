/// Everything about an issuer's CRLs that stays the same from one to the next (RFC 5280 §5.1).
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

    /// The tbsCertList: version 2, no critical extension, no revokedCertificates when there are none (RFC 5280 §5.1.2.6).
    ///
    /// - Parameters:
    ///   - thisUpdate: seconds since 1970.
    ///   - nextUpdate: seconds since 1970.
    ///   - entries: what `CRLEntryEncoder` appended.
    package func tbs(number: Int64, thisUpdate: Int64, nextUpdate: Int64, entries: [UInt8]) -> [UInt8] {
        var head = DERWriter()
        head.integer(1)
        head.raw(signatureAlgorithmDER)
        head.raw(issuerNameDER)
        head.time(thisUpdate)
        head.time(nextUpdate)
        var tail = DERWriter()
        tail.constructed(0xA0) { field in
            field.constructed(0x30) { extensions in
                extensions.raw(authorityKeyIdentifierDER)
                extensions.crlExtension(.cRLNumber) { $0.integer(number) }
            }
        }
        let list = entries.isEmpty ? 0 : DERWriter.encodedLength(content: entries.count)
        let content = head.bytes.count + list + tail.bytes.count
        var tbs = DERWriter(capacity: DERWriter.encodedLength(content: content))
        tbs.storage.append(0x30)
        tbs.appendLength(content)
        tbs.raw(head.bytes)
        if !entries.isEmpty { tbs.primitive(0x30, entries) }
        tbs.raw(tail.bytes)
        return tbs.bytes
    }

    /// The CertificateList of a tbsCertList and its signature.
    package func signed(tbs: [UInt8], signature: [UInt8]) -> [UInt8] {
        let content = tbs.count + signatureAlgorithmDER.count + DERWriter.encodedLength(content: signature.count + 1)
        var list = DERWriter(capacity: DERWriter.encodedLength(content: content))
        list.storage.append(0x30)
        list.appendLength(content)
        list.raw(tbs)
        list.raw(signatureAlgorithmDER)
        list.bitString(signature)
        return list.bytes
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
