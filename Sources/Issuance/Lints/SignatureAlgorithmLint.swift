import PKI
import SwiftASN1

/// The algorithm inside the signed bytes is the one the CA's key signs with, as the one outside is.
struct SignatureAlgorithmLint: Lint {
    let name = "signature_algorithm"
    let citation = "RFC 5280 §4.1.1.2, §4.1.2.3"

    func check(_ subject: LintSubject) -> String? {
        do {
            guard case .constructed(let fields) = try DER.parse(subject.tbs).content else { return "no sequence" }
            // Version, serial number, signature.
            let signature = fields.dropFirst(2).first { _ in true }
            return signature?.encodedBytes.elementsEqual(subject.issuer.key.signatureAlgorithm) == true ? nil : "it is not the CA key's"
        } catch {
            return "undecodable: \(error)"
        }
    }
}
