import Issuance
import APISchema
import Authority
import HTTPFront
import Ledger
import PKI

extension SignedCertificate {
    /// The answer of sign, issue and renew.
    init(_ certified: IssuanceResult, keyForm: CertificateFormat.KeyForm = .der) {
        let key = certified.privateKey?.encoded(keyForm)
        self.init(
            certificate: trimmed(PEM.encode(certified.record.der, type: "CERTIFICATE")),
            issuingCA: trimmed(certified.issuer.certificate.pem), caChain: certified.issuer.chain.map { trimmed($0.pem) },
            serialNumber: certified.record.serialNumber.description, expiration: certified.record.notAfter.seconds,
            notBefore: certified.record.notBefore.seconds, renewAt: certified.renewAt.seconds,
            privateKey: key.map { trimmed(PEM.encode($0.der, type: $0.type)) },
            privateKeyType: certified.privateKey?.algorithm.vaultType)
    }
}

/// PEM without its last line end, as Vault puts it into JSON.
func trimmed(_ pem: String) -> String {
    // By octets: a walk over characters costs ten times as much, and every answer holds four texts.
    pem.utf8.last == UInt8(ascii: "\n") ? String(decoding: pem.utf8.dropLast(), as: UTF8.self) : pem
}

extension RevokedCertificate {
    /// The answer of revoke; nil when the record carries no revocation.
    init?(_ receipt: RevocationReceipt) {
        guard let revocation = receipt.certificate.revocation else { return nil }
        self.init(
            serialNumber: receipt.certificate.serialNumber.description, state: "revoked", revocationTime: revocation.date.seconds,
            revocationTimeRFC3339: revocation.date.description, reason: revocation.reason.name, issuer: receipt.certificate.issuer,
            crlNumber: revocation.crlNumber, alsoRevoked: receipt.alsoRevoked.map(\.description))
    }
}

extension CertificateSummary {
    /// A row of a search.
    init(_ record: CertificateRecord, now: UnixTime) {
        self.init(
            serialNumber: record.serialNumber.description, issuer: record.issuer, profile: record.profile, commonName: record.commonName,
            organization: record.organization, organizationalUnit: record.organizationalUnit,
            subjectAlternativeNames: record.subjectAlternativeNames, notBefore: record.notBefore.seconds, notAfter: record.notAfter.seconds,
            state: record.revocation != nil ? "revoked" : now > record.notAfter ? "expired" : "active", lineage: record.lineage,
            generation: record.generation, requester: record.requester, revocationTime: record.revocation?.date.seconds,
            reason: record.revocation?.reason.name, crlNumber: record.revocation?.crlNumber)
    }
}
