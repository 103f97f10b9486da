package import PKI

/// To-be-signed bytes that no lint has seen yet.
struct UnlintedCertificate: ~Copyable {
    let tbs: [UInt8]
    let plan: CertificatePlan

    /// Reads the bytes back, and runs every lint on the result.
    consuming func linted(by issuer: Issuer) throws(SigningFault) -> LintedCertificate {
        let reading: LeafReading
        do { reading = try LeafReading(tbs: tbs) } catch { throw .undecodable(error.summary) }
        let subject = LintSubject(certificate: reading, plan: plan, issuer: issuer)
        for lint in allLints {
            let finding: String?
            do { finding = try lint.check(subject) } catch { finding = error.summary }
            if let finding { throw .lint(lint.name, citation: lint.citation, finding) }
        }
        return LintedCertificate(tbs: tbs, plan: plan)
    }
}

/// To-be-signed bytes that passed every lint. Signing consumes it: signing unlinted bytes, or signing twice, does not compile.
struct LintedCertificate: ~Copyable {
    let tbs: [UInt8]
    let plan: CertificatePlan

    /// Signs exactly the linted bytes and verifies the signature before anybody sees it.
    consuming func signed(by issuer: Issuer) async throws(SigningFault) -> IssuedCertificate {
        let signature = try await issuer.key.signature(over: tbs[...])
        let der = signedDER(tbs: tbs, signatureAlgorithm: issuer.key.signatureAlgorithm, signature: signature)
        return IssuedCertificate(der: der, plan: plan)
    }
}

/// Faults of the CA itself, for which a certificate or CRL was not signed although the request was in order; told in full to operators alone.
package enum SigningFault: Coded, Sendable, Equatable {
    case undecodable(String)
    case lint(String, citation: String, String)
    case bytesDiffer
    case signerFailed(String)
    case signatureInvalid

    /// The same for every fault.
    package var code: String { "signing_failed" }
    /// What was not done.
    package var summary: String { "the certificate was not signed: an internal check failed" }
    /// Where the check is named.
    package var remedy: String { "tell the CA's administrator: the server's log names the check" }
    /// Which check failed.
    package var operatorText: (summary: String, remedy: String) {
        (finding, "this is a fault of Signet or of a damaged key: report it")
    }

    private var finding: String {
        switch self {
        case .undecodable(let why): "the certificate we built cannot be decoded: \(why)"
        case .lint(let name, let citation, let finding): "lint \(name) (\(citation)): \(finding)"
        case .bytesDiffer: "the decoded certificate has other bytes than we built"
        case .signerFailed(let why): "the CA key did not sign: \(why)"
        case .signatureInvalid: "the CA key made a signature that its own public key rejects"
        }
    }
}

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
