import APISchema
import Authority
import Foundation
import HTTPFront
import HTTPTypes
import Issuance
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

/// How sign and issue are to write what they answer: Vault's `format`, `private_key_format` and `remove_roots_from_chain`.
struct CertificateFormat: Equatable {
    enum Encoding: String, CaseIterable {
        case pem, der
        case pemBundle = "pem_bundle"
    }

    /// Vault's `der` and `pem` mean the same: the algorithm's own form, encoded as `format` says.
    enum KeyForm: String, CaseIterable {
        case der, pem, pkcs8
    }

    var encoding = Encoding.pem
    var keyForm = KeyForm.der
    var removesRoots = false

    /// Vault's answer to who asks for nothing in particular.
    static let standard = CertificateFormat()

    private init() {}

    /// - Parameter makesKey: whether a key is part of the answer.
    init(_ fields: RequestFields, makesKey: Bool) throws {
        encoding = try Self.choice(fields, "format") ?? .pem
        if makesKey { keyForm = try Self.choice(fields, "private_key_format") ?? .der }
        removesRoots = try fields.bool("remove_roots_from_chain") ?? false
    }

    private static func choice<Choice: RawRepresentable & CaseIterable>(_ fields: RequestFields, _ name: String) throws -> Choice?
    where Choice.RawValue == String {
        guard let text = try fields.string(name) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            throw APIFailure(
                .badRequest, code: "unknown_format", summary: "there is no \(name) '\(text.prefix(40))'",
                remedy: "use \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return choice
    }

    /// Whether the answer is the one that `SignedAnswer` writes.
    var isPlain: Bool { encoding == .pem && !removesRoots }

    /// DER as base64, or the key, the certificate and its chain (without the root) in one PEM text.
    func applied(to answer: SignedCertificate) throws -> SignedCertificate {
        var answer = answer
        let withoutRoot = Array(answer.caChain.dropLast())
        if removesRoots { answer.caChain = withoutRoot }
        switch encoding {
        case .pem: break
        case .der:
            answer.certificate = try base64(answer.certificate)
            answer.issuingCA = try base64(answer.issuingCA)
            answer.caChain = try answer.caChain.map(base64)
            answer.privateKey = try answer.privateKey.map(base64)
        case .pemBundle:
            answer.certificate = ([answer.privateKey, answer.certificate].compactMap { $0 } + withoutRoot).joined(separator: "\n")
        }
        return answer
    }

    private func base64(_ pem: String) throws -> String {
        guard let block = try PEM.decode(pem).first else { throw InvalidPEM.noBlock }
        return Data(block.der).base64EncodedString()
    }
}

extension PrivateKey {
    /// The octets of the key and the label of their PEM block.
    func encoded(_ form: CertificateFormat.KeyForm) -> (type: String, der: [UInt8]) {
        form == .pkcs8 ? ("PRIVATE KEY", der) : traditional
    }
}
