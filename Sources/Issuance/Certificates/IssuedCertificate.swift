package import PKI

/// The fields of a certificate, decided before its bytes are built; the lints compare the bytes with them. A class, because it is passed to every lint.
package final class CertificatePlan: Sendable {
    package let profile: CertificateProfile
    package let names: ResolvedNames
    package let publicKey: SubjectPublicKey
    package let serialNumber: SerialNumber
    /// Both inclusive.
    package let notBefore: UnixTime
    package let notAfter: UnixTime

    package init(
        profile: CertificateProfile, names: ResolvedNames, publicKey: SubjectPublicKey, serialNumber: SerialNumber, notBefore: UnixTime,
        notAfter: UnixTime
    ) {
        self.profile = profile
        self.names = names
        self.publicKey = publicKey
        self.serialNumber = serialNumber
        self.notBefore = notBefore
        self.notAfter = notAfter
    }
}

/// A signed certificate that has not left the process: only the ledger's receipt lets it go.
package struct IssuedCertificate: Sendable {
    package let der: [UInt8]
    package let plan: CertificatePlan
}

extension CertificateProfile.RenewalRules {
    /// Time at which the holder should renew: a point of the window, picked by the serial number, so that a batch does not renew together.
    package func renewAt(serialNumber: SerialNumber, notBefore: UnixTime, notAfter: UnixTime) -> UnixTime {
        let life = notAfter - notBefore + 1
        let draw = serialNumber.octets.suffix(4).reduce(Int64(0)) { $0 << 8 | Int64($1) }
        let start = life * fromPercent / 100
        let width = life * (toPercent - fromPercent) / 100
        return notBefore + start + width * draw / (1 << 32)
    }
}
