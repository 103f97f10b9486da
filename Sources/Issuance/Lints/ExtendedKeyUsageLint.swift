import PKI

/// serverAuth and clientAuth as the profile says, nothing else: never anyExtendedKeyUsage or OCSPSigning.
struct ExtendedKeyUsageLint: Lint {
    let name = "extended_key_usage"
    let citation = "RFC 5280 §4.2.1.12, RFC 6960 §4.2.2.2"

    /// 1.3.6.1.5.5.7.3.1 and .2
    private static let serverAuth = ObjectIdentifierDER(content: [0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01])
    private static let clientAuth = ObjectIdentifierDER(content: [0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x02])

    func check(_ subject: LintSubject) throws(DERError) -> String? {
        guard var value = subject.certificate.value(of: .extKeyUsage) else { return "missing" }
        var purposes = try value.open(0x30)
        try value.requireEnd()
        var (server, client) = (0, 0)
        while !purposes.isAtEnd {
            switch try purposes.objectIdentifier() {
            case Self.serverAuth: server += 1
            case Self.clientAuth: client += 1
            case let other: return "\(other) is not allowed"
            }
        }
        let profile = subject.plan.profile
        return server == (profile.serverFlag ? 1 : 0) && client == (profile.clientFlag ? 1 : 0) ? nil : "it is not the profile's"
    }
}
