import Issuance
import PKI
import TestKit

/// Keys that tests share: making them is slow, and nothing depends on their value.
enum Keys {
    static let p256 = Result { try PrivateKey.generate(.p256) }
    static let p384 = Result { try PrivateKey.generate(.p384) }
    static let ed25519 = Result { try PrivateKey.generate(.ed25519) }
    static let rsa = Result { try PrivateKey.generate(.rsa2048) }
}

extension Result where Success == PrivateKey {
    var publicKey: SubjectPublicKey { get throws { try get().publicKey } }
}

/// A CSR of the shared P-256 key.
func request(
    _ commonName: String? = nil, organization: String? = nil, type: String? = nil, names: [GeneralName] = [],
    key: Result<PrivateKey, any Error> = Keys.p256
) throws -> SigningRequest {
    try SigningRequest(
        der: makeSigningRequest(
            key: key.get(), commonName: commonName, organization: organization, organizationalUnit: type, names: names))
}

/// A CSR made by openssl, for what our own builder cannot say.
func opensslRequest(subject: String, extensions: [String] = []) throws -> SigningRequest {
    let key = try TemporaryDirectory()
    let result = try run(
        "openssl",
        [
            "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key.path("key.pem"), "-utf8",
            "-subj", subject, "-outform", "DER",
        ] + extensions.flatMap { ["-addext", $0] })
    return try SigningRequest(der: result.standardOutput)
}

extension NameRequest {
    /// A device whose CSR says everything.
    static func device(organization: String? = "Example", type: String? = "sensor") throws -> NameRequest {
        NameRequest(csr: try request(Bench.uuid, organization: organization, type: type))
    }
}
