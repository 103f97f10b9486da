import PKI

/// Exactly one http distribution point and one caIssuers location: Erlang brokers refuse leaves without the former.
struct LocationLint: Lint {
    let name = "locations"
    let citation = "RFC 5280 §4.2.1.13, §4.2.2.1"

    /// 1.3.6.1.5.5.7.48.2
    private static let caIssuers = ObjectIdentifierDER(content: [0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x02])

    func check(_ subject: LintSubject) throws(DERError) -> String? {
        guard let points = subject.certificate.value(of: .cRLDistributionPoints) else { return "no distribution point" }
        let locations = subject.issuer.locations
        guard try distributionPoint(points).elementsEqual(locations.crl.utf8), locations.crl.hasPrefix("http://") else {
            return "the distribution point is not the issuer's"
        }
        guard let access = subject.certificate.value(of: .authorityInfoAccess),
            try issuerLocation(access)?.elementsEqual(locations.certificate.utf8) == true
        else { return "authority information access is not the issuer's certificate" }
        return nil
    }

    /// DistributionPoint ::= [0] { [0] { [6] URI } }, around exactly one URI.
    private func distributionPoint(_ value: DERReader) throws(DERError) -> ArraySlice<UInt8> {
        var level = value
        for tag: UInt8 in [0x30, 0x30, 0xA0, 0xA0] {
            let inner = try level.open(tag)
            try level.requireEnd()
            level = inner
        }
        let uri = try level.next(0x86)
        try level.requireEnd()
        return level.bytes[uri.content]
    }

    private func issuerLocation(_ value: DERReader) throws(DERError) -> ArraySlice<UInt8>? {
        var value = value
        var list = try value.open(0x30)
        try value.requireEnd()
        var description = try list.open(0x30)
        guard list.isAtEnd, try description.nextIs(Self.caIssuers) else { return nil }
        let uri = try description.next(0x86)
        try description.requireEnd()
        return description.bytes[uri.content]
    }
}
