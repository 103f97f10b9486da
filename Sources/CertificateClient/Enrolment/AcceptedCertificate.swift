internal import APISchema
internal import Foundation
public import PKI
internal import SwiftASN1

@_spi(FixedExpiryValidationTime) internal import X509

/// A certificate that passed every check of the receiving side: the only kind that can be installed.
struct AcceptedCertificate: Sendable {
    let leaf: CertificateDocument
    /// From the leaf's issuer up, without the root.
    let intermediates: [CertificateDocument]
    let root: CertificateDocument
    /// As the CA booked it.
    let renewAt: UnixTime

    /// What the certificate must be like.
    enum Expectation: Sendable {
        case enrolment(Enrolment)
        case renewal(of: CertificateDocument)
    }

    init(
        _ answer: SignedCertificate, key: SubjectPublicKey, expecting expectation: Expectation, trust: TrustAnchors, now: UnixTime
    ) async throws(CertificateMismatch) {
        let candidates: [CertificateDocument]
        do {
            leaf = try CertificateDocument(pem: answer.certificate)
            candidates = ([answer.issuingCA] + answer.caChain).flatMap { CertificateBundle(pem: $0).certificates }
        } catch { throw .unreadable(reason: error.summary) }
        guard leaf.publicKey.der == key.der else { throw .foreignKey }
        guard !leaf.isCA else { throw .authority }
        guard now <= leaf.notAfter else { throw .expired(notAfter: leaf.notAfter) }
        try Self.checkIdentity(leaf, expectation)
        let chain = try await Self.chain(leaf, candidates, trust, now: now)
        intermediates = chain.dropLast()
        root = chain[chain.count - 1]
        renewAt = UnixTime(answer.renewAt)
    }

    private static func checkIdentity(_ leaf: CertificateDocument, _ expectation: Expectation) throws(CertificateMismatch) {
        switch expectation {
        case .enrolment(let enrolment):
            if let name = enrolment.commonName { try check("common name", expected: name, leaf.commonName) }
            if let organization = enrolment.organization { try check("organization", expected: organization, leaf.organization) }
            if let type = enrolment.organizationalUnit { try check("organizational unit", expected: type, leaf.organizationalUnit) }
            for name in enrolment.names where !leaf.names.contains(name) {
                throw .otherIdentity(field: "list of names", expected: name.description, received: describe(leaf.names))
            }
        case .renewal(let present):
            try check("common name", expected: present.commonName ?? "", leaf.commonName)
            guard Set(leaf.names) == Set(present.names) else {
                throw .otherIdentity(field: "list of names", expected: describe(present.names), received: describe(leaf.names))
            }
            guard leaf.notAfter >= present.notAfter else {
                throw .endsEarlier(present: present.notAfter, received: leaf.notAfter)
            }
        }
    }

    private static func check(_ field: String, expected: String, _ received: String?) throws(CertificateMismatch) {
        guard received ?? "" == expected else {
            throw .otherIdentity(field: field, expected: expected, received: received ?? "")
        }
    }

    private static func describe(_ names: [PKI.GeneralName]) -> String { names.map(\.description).sorted().joined(separator: ", ") }

    /// The verified path above the leaf, the root last.
    ///
    /// A device's clock may be slow, so the path is checked at the leaf's notBefore when that is later than now.
    static func chain(
        _ leaf: CertificateDocument, _ candidates: [CertificateDocument], _ trust: TrustAnchors, now: UnixTime
    ) async throws(CertificateMismatch) -> [CertificateDocument] {
        let moment = Date(timeIntervalSince1970: TimeInterval(max(now, leaf.notBefore).seconds))
        var verifier = Verifier(rootCertificates: CertificateStore(trust.roots.map(\.certificate))) {
            RFC5280Policy(fixedExpiryValidationTime: moment)
            NamesCheckedApart()
        }
        let result = await verifier.validate(leaf: leaf.certificate, intermediates: CertificateStore(candidates.map(\.certificate)))
        switch result {
        case .validCertificate(let path):
            let known = candidates + trust.roots
            let documents = path.dropFirst().compactMap { step in known.first { $0.certificate == step } }
            guard documents.count == path.count - 1, !documents.isEmpty else {
                throw .untrustedIssuer(reason: "the path ends at the leaf")
            }
            return documents
        case .couldNotValidate(let failures):
            guard !failures.isEmpty else { throw .untrustedIssuer(reason: "no path to \(trust.names)") }
            throw .untrustedIssuer(reason: brokenRule(candidates + trust.roots, at: max(now, leaf.notBefore)))
        }
    }

    /// Why a path that there is does not hold. The verifier's own words show whole certificates.
    private static func brokenRule(_ issuers: [CertificateDocument], at moment: UnixTime) -> String {
        guard let outside = issuers.first(where: { moment < $0.notBefore || moment > $0.notAfter }) else {
            return "a certificate on the path is not a CA's, or breaks another rule of RFC 5280 §6"
        }
        let period = "\(outside.notBefore) to \(outside.notAfter)"
        return "the certificate of \(visible(outside.commonName ?? "a CA without a name")) is valid only from \(period)"
    }
}

/// Lets the alternative names be critical, as they are where the subject is empty (RFC 5280 §4.2.1.6): `checkIdentity` compares them.
private struct NamesCheckedApart: VerifierPolicy {
    let verifyingCriticalExtensions: [ASN1ObjectIdentifier] = [.X509ExtensionID.subjectAlternativeName]

    func chainMeetsPolicyRequirements(chain: UnverifiedCertificateChain) -> PolicyEvaluationResult { .meetsPolicy }
}

extension TrustAnchors {
    /// Common names of the roots, for messages.
    var names: String { roots.map { $0.commonName ?? "a root without a name" }.joined(separator: ", ") }
}

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
