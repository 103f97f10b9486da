import Crypto

/// `ca.json` of step-ca, as `step ca init` would write it.
struct StepConfiguration: Encodable {
    static let provisionerName = "bench"
    static let keyID = "bench-1"

    struct Logger: Encodable { let format = "text" }

    struct Database: Encodable {
        let type = "badgerv2"
        let dataSource: String
    }

    struct Authority: Encodable { let provisioners: [Provisioner] }

    struct Provisioner: Encodable {
        let type = "JWK"
        let name = StepConfiguration.provisionerName
        let key: WebKey
        /// Only `step`, the client, would need it.
        let encryptedKey = ""
    }

    struct WebKey: Encodable {
        let use = "sig"
        let kty = "EC"
        let kid = StepConfiguration.keyID
        let crv = "P-256"
        let alg = "ES256"
        let x, y: String

        init(_ key: P256.Signing.PublicKey) {
            let point = Array(key.rawRepresentation)
            x = base64URL(Array(point[..<32]))
            y = base64URL(Array(point[32...]))
        }
    }

    let root, crt, key, address: String
    let dnsNames = ["localhost"]
    let logger = Logger()
    let db: Database
    let authority: Authority
}
