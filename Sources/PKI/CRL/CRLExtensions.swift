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
