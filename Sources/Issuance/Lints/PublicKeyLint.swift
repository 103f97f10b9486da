import PKI
import SwiftASN1
import X509

/// The certified key is the one that proved possession.
struct PublicKeyLint: Lint {
    let name = "public_key"
    let citation = "RFC 5280 §4.1.2.7"

    func check(_ subject: LintSubject) -> String? {
        var serializer = DER.Serializer()
        do { try serializer.serialize(subject.certificate.publicKey) } catch { return "it cannot be encoded: \(error)" }
        return serializer.serializedBytes == subject.plan.publicKey.der ? nil : "it is not the requested key"
    }
}
