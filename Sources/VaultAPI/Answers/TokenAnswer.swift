import Ledger
import PKI

/// `data` of `auth/token/lookup-self`.
struct TokenAnswer: Codable, Sendable {
    var accessor: String
    var creation_time: UnixTime
    var creation_ttl: Int64
    var display_name: String
    var entity_id = ""
    var expire_time: String
    var explicit_max_ttl: Int64
    /// The secret itself, for who has shown it: Vault's clients store it as their token. Empty for everybody else.
    var id: String
    var issue_time: String
    /// Always there: `null` where there is nothing to say.
    var meta: [String: String]?? = .some(nil)
    var num_uses: Int
    var orphan: Bool
    var path = "auth/token/create"
    var policies: [String]
    var renewable: Bool
    var ttl: Int64
    var type = "service"

    /// - Parameter id: the secret that the caller has presented; nothing when it was found otherwise.
    init(_ token: TokenRecord, id: String = "", now: UnixTime) {
        accessor = token.accessor
        creation_time = token.createdAt
        creation_ttl = token.expiresAt - token.createdAt
        display_name = token.displayName
        expire_time = token.expiresAt.description
        explicit_max_ttl = token.maxTTL ?? 0
        self.id = id
        issue_time = token.createdAt.description
        num_uses = token.usesLeft ?? 0
        orphan = token.parentID == nil
        policies = token.policies
        renewable = token.maxTTL != nil
        ttl = max(0, token.expiresAt - now)
        if let ticket = token.ticket { meta = ["profile": ticket.profile] }
    }
}
