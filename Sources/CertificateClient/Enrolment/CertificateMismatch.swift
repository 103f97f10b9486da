public import PKI

/// Why a certificate the CA returned is not taken over.
public enum CertificateMismatch: Error, Sendable, Equatable {
    /// Not a certificate at all.
    case unreadable(reason: String)
    /// It certifies a key that is not ours.
    case foreignKey
    /// It is a CA's certificate.
    case authority
    /// It does not chain to the trusted root.
    case untrustedIssuer(reason: String)
    /// A name differs from what was asked for or held before.
    case otherIdentity(field: String, expected: String, received: String)
    /// Its notAfter has passed by our clock.
    case expired(notAfter: UnixTime)
    /// It ends before the one it would replace.
    case endsEarlier(present: UnixTime, received: UnixTime)

    /// What differs, with both values.
    public var summary: String {
        switch self {
        case .unreadable(let reason): "it cannot be read: \(reason)"
        case .foreignKey: "it is for another key than ours"
        case .authority: "it is the certificate of a CA"
        case .untrustedIssuer(let reason): "it does not chain to the trusted root: \(reason)"
        case .otherIdentity(let field, let expected, let received): "its \(field) is '\(received)', not '\(expected)'"
        case .expired(let notAfter): "it expired at \(notAfter) by this machine's clock"
        case .endsEarlier(let present, let received):
            "it ends at \(received), before the present one at \(present)"
        }
    }
}
