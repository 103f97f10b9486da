/// What `ca-client revoke --json` prints, by the names the contract gives.
struct Receipt: Decodable, Sendable {
    let serialNumber: String
    let state: String
    /// Seconds since 1970.
    let revocationTime: Int64
    let reason: String
    let issuer: String
    let crlNumber: Int64

    enum CodingKeys: String, CodingKey {
        case serialNumber = "serial_number"
        case state
        case revocationTime = "revocation_time"
        case reason, issuer
        case crlNumber = "crl_number"
    }
}
