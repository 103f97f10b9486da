import PKI

/// A validity period, both ends inclusive (RFC 5280 §4.1.2.5).
struct Validity: Equatable {
    let notBefore: UnixTime
    let notAfter: UnixTime

    /// Least `ttl` that a request may ask for, in seconds.
    private static let leastUse: Int64 = 300

    /// The period of a certificate made now, and a warning when `ttl` was cut to the profile's lifetime.
    ///
    /// Without a `ttl` the whole period, backdating included, is the profile's lifetime to the second; a shorter `ttl` counts from now.
    static func decide(
        profile: CertificateProfile, issuer: Issuer, ttl: Int64?, now: UnixTime
    ) throws(IssuanceRefusal) -> (Validity, warning: String?) {
        guard now >= issuer.certificate.notBefore else {
            throw .issuerNotYetValid(issuer: issuer.name, issuerNotBefore: issuer.certificate.notBefore, now: now)
        }
        let backdate = profile.notBeforeDuration
        var period = profile.ttl
        var warning: String?
        if let ttl {
            guard ttl > 0 else { throw .ttlNotPositive(ttl) }
            guard ttl >= leastUse else { throw .ttlTooShort(ttl, minimum: leastUse) }
            let (wish, overflow) = ttl.addingReportingOverflow(backdate)
            if overflow || wish > profile.ttl {
                // Asking for the very lifetime is no excess worth a warning.
                if ttl > profile.ttl {
                    warning = "the ttl of \(ttl) s exceeds the lifetime of profile \(profile.name): cut to \(profile.ttl) s"
                }
            } else {
                period = wish
            }
        }
        let earliest = now - backdate
        let notBefore = max(earliest, issuer.certificate.notBefore)
        let notAfter = earliest + period - 1
        guard notAfter <= issuer.certificate.notAfter else {
            throw .issuerEndsTooSoon(issuer: issuer.name, issuerNotAfter: issuer.certificate.notAfter, notAfter: notAfter)
        }
        return (Validity(notBefore: notBefore, notAfter: notAfter), warning)
    }
}
