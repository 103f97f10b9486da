import Issuance
import PKI

extension Authority {
    /// A new key of a kind the profile permits. RSA keys are not made here: their making would stop other requests for a tenth of a second.
    func makeKey(_ wish: PrivateKey.Kind?, profile: CertificateProfile) throws(AuthorityError) -> PrivateKey {
        let madeHere: [PrivateKey.Kind] = [.p256, .p384, .ed25519]
        let candidates = wish.map { [$0] } ?? madeHere
        guard let kind = candidates.first(where: { madeHere.contains($0) && profile.keys.types.contains($0.rawValue) }) else {
            throw .request(.keyTypeNotMade(wish?.rawValue ?? profile.keys.types.joined(separator: ", ")))
        }
        do {
            return try PrivateKey.generate(kind)
        } catch {
            throw .signing(.signerFailed("\(error)"))
        }
    }
}
