/// Ranges of the parts of a CertificateList in its octets (RFC 5280 §5.1).
struct CRLParts: Sendable {
    let tbs: Range<Int>
    let issuer: Range<Int>
    let thisUpdate: UnixTime
    let nextUpdate: UnixTime?
    /// The content of revokedCertificates; empty when the field is absent.
    let entries: Range<Int>
    let extensions: CRLExtensions
    let signatureAlgorithm: Range<Int>
    let signature: Range<Int>

    init(der: [UInt8]) throws(InvalidCRL) {
        let version: Int64
        let innerAlgorithm: Range<Int>
        let hasEmptyList: Bool
        do throws(DERError) {
            var document = DERReader(der)
            var list = try document.open(0x30)
            try document.requireEnd()
            let tbsElement = try list.next(0x30)
            tbs = tbsElement.whole
            signatureAlgorithm = try list.next(0x30).whole
            signature = try list.octetsOfBitString().indices
            try list.requireEnd()

            var fields = list.inside(tbsElement)
            version = fields.nextTag == 0x02 ? try fields.integer() : 0
            innerAlgorithm = try fields.next(0x30).whole
            issuer = try fields.next(0x30).whole
            thisUpdate = try fields.time()
            nextUpdate = fields.nextTag == 0x17 || fields.nextTag == 0x18 ? try fields.time() : nil
            let revoked = try fields.nextIfPresent(0x30)
            hasEmptyList = revoked?.content.isEmpty ?? false
            entries = revoked?.content ?? 0..<0
            let field = try fields.nextIfPresent(0xA0)
            extensions = if let field { try CRLExtensions(fields.inside(field)) } else { CRLExtensions() }
            try fields.requireEnd()
        } catch {
            throw .notDER(error)
        }
        guard version == 1 else { throw .unsupportedVersion(version) }
        guard der[innerAlgorithm].elementsEqual(der[signatureAlgorithm]) else { throw .algorithmMismatch }
        guard !hasEmptyList else { throw .emptyList }
    }
}

/// The extensions of a CRL (RFC 5280 §5.2) as far as this program acts on them.
struct CRLExtensions {
    var number: Int64?
    var authorityKeyIdentifier: [UInt8]?
    /// X.509 §9.5.2.8.
    var expiredCertsOnCRL: UnixTime?
    var hasUnknownCritical = false

    init() {}

    /// - Parameter field: over the `[0]` field's content.
    init(_ field: DERReader) throws(DERError) {
        var field = field
        var extensions = try field.open(0x30)
        try field.requireEnd()
        while !extensions.isAtEnd {
            var ext = try extensions.open(0x30)
            let oid = try ext.objectIdentifier()
            let critical = try ext.booleanDefaultFalse()
            let value = ext.inside(try ext.next(0x04))
            try ext.requireEnd()
            try read(oid, critical: critical, value: value)
        }
    }

    private mutating func read(_ oid: ObjectIdentifierDER, critical: Bool, value: DERReader) throws(DERError) {
        var value = value
        switch oid {
        case .cRLNumber:
            number = try value.integer()
            try value.requireEnd()
        case .authorityKeyIdentifier:
            var identifier = try value.open(0x30)
            if let key = try identifier.nextIfPresent(0x80) { authorityKeyIdentifier = Array(identifier.bytes[key.content]) }
        case .expiredCertsOnCRL:
            expiredCertsOnCRL = try value.generalizedTime()
            try value.requireEnd()
        default:
            // An issuingDistributionPoint or a deltaCRLIndicator, for example: the list is not the full one it seems to be.
            if critical { hasUnknownCritical = true }
        }
    }
}
