import PKI
import Synchronization
internal import SwiftASN1
internal import X509

/// Decodes the first certificate of each profile, issuer and kind of key with swift-certificates before it is signed: a new profile may make
/// octets that no test has seen. Decoding every certificate so took 82 µs of a signature's thousand.
final class SecondOpinion: Sendable {
    private struct Kind: Hashable {
        let profile: String
        let issuer: String
        let algorithm: KeyAlgorithm
    }

    private let asked = Mutex<Set<Kind>>([])

    /// Throws when swift-certificates cannot decode the octets, or encodes them differently.
    func check(_ tbs: [UInt8], plan: CertificatePlan, issuer: Issuer) throws(SigningFault) {
        let kind = Kind(profile: plan.profile.name, issuer: issuer.name, algorithm: plan.publicKey.algorithm)
        guard asked.withLock({ !$0.contains(kind) }) else { return }
        try Self.ask(tbs, signatureAlgorithm: issuer.key.signatureAlgorithm)
        _ = asked.withLock { $0.insert(kind) }
    }

    /// Decodes the octets, with a signature that can never be valid, and every extension that swift-certificates knows.
    static func ask(_ tbs: [UInt8], signatureAlgorithm: [UInt8]) throws(SigningFault) {
        let placeholder = signedDER(tbs: tbs, signatureAlgorithm: signatureAlgorithm, signature: placeholderSignature)
        do {
            let decoded = try Certificate(derEncoded: placeholder)
            _ = try decoded.extensions.subjectAlternativeNames
            _ = try decoded.extensions.keyUsage
            _ = try decoded.extensions.extendedKeyUsage
            _ = try decoded.extensions.authorityKeyIdentifier
            _ = try decoded.extensions.subjectKeyIdentifier
            _ = try decoded.extensions.authorityInformationAccess
            guard decoded.tbsCertificateBytes.elementsEqual(tbs) else { throw SigningFault.bytesDiffer }
        } catch let fault as SigningFault {
            throw fault
        } catch {
            throw .undecodable("\(error)")
        }
    }

    /// An ECDSA-Sig-Value with r = s = 0: well-formed, and rejected by every verifier (FIPS 186-5 §6.4.2).
    private static let placeholderSignature: [UInt8] = [0x30, 0x06, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00]
}
