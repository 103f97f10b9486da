/// A parser of hostile octets, and what must hold whatever it is given.
public struct FuzzTarget: Sendable {
    /// The name of its folder in `Fuzz/Corpora` and of its dictionary.
    public let name: String
    /// Throws when something does not hold; an input that is merely refused throws nothing.
    public let check: @Sendable ([UInt8]) throws -> Void

    /// Every target, in the order the summary lists them.
    public static let all: [FuzzTarget] = [
        signingRequest, certificate, revocationList, publication, index, privateKey, sealedKey, backup, pem, text, json, query, policy,
        framing, answer,
    ]
}
