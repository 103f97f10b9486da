/// Vault's response envelope: every key is always present.
package struct Envelope<Payload: Codable & Sendable>: Codable, Sendable {
    package var requestID: String
    package var leaseID: String
    package var renewable: Bool
    /// Seconds.
    package var leaseDuration: Int
    package var data: Payload?
    package var warnings: [String]?
    package var auth: AuthBlock?

    package init(requestID: String, data: Payload?, warnings: [String]? = nil, auth: AuthBlock? = nil) {
        self.requestID = requestID
        self.leaseID = ""
        self.renewable = false
        self.leaseDuration = 0
        self.data = data
        self.warnings = warnings
        self.auth = auth
    }

    enum CodingKeys: String, CodingKey {
        case requestID = "request_id"
        case leaseID = "lease_id"
        case renewable
        case leaseDuration = "lease_duration"
        case data
        case wrapInfo = "wrap_info"
        case warnings, auth
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        requestID = try values.decode(String.self, forKey: .requestID)
        leaseID = try values.decode(String.self, forKey: .leaseID)
        renewable = try values.decode(Bool.self, forKey: .renewable)
        leaseDuration = try values.decode(Int.self, forKey: .leaseDuration)
        data = try values.decodeIfPresent(Payload.self, forKey: .data)
        warnings = try values.decodeIfPresent([String].self, forKey: .warnings)
        auth = try values.decodeIfPresent(AuthBlock.self, forKey: .auth)
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(requestID, forKey: .requestID)
        try values.encode(leaseID, forKey: .leaseID)
        try values.encode(renewable, forKey: .renewable)
        try values.encode(leaseDuration, forKey: .leaseDuration)
        try values.encode(data, forKey: .data)
        try values.encodeNil(forKey: .wrapInfo)
        try values.encode(warnings, forKey: .warnings)
        try values.encode(auth, forKey: .auth)
    }
}

/// The payload of answers that carry none.
package struct NoData: Codable, Sendable {
    package init() {}
}

/// Vault's `auth` block: a token and what it is good for.
package struct AuthBlock: Codable, Sendable, Equatable {
    package var clientToken: String
    package var accessor: String
    package var policies: [String]
    package var tokenPolicies: [String]
    package var metadata: [String: String]?
    /// Seconds.
    package var leaseDuration: Int
    package var renewable: Bool
    package var entityID: String
    package var tokenType: String
    package var orphan: Bool
    package var numUses: Int

    package init(
        clientToken: String, accessor: String, policies: [String], metadata: [String: String]?, leaseDuration: Int, renewable: Bool,
        orphan: Bool, numUses: Int
    ) {
        self.clientToken = clientToken
        self.accessor = accessor
        self.policies = policies
        self.tokenPolicies = policies
        self.metadata = metadata
        self.leaseDuration = leaseDuration
        self.renewable = renewable
        self.entityID = ""
        self.tokenType = "service"
        self.orphan = orphan
        self.numUses = numUses
    }

    enum CodingKeys: String, CodingKey {
        case clientToken = "client_token"
        case accessor, policies
        case tokenPolicies = "token_policies"
        case metadata
        case leaseDuration = "lease_duration"
        case renewable
        case entityID = "entity_id"
        case tokenType = "token_type"
        case orphan
        case mfaRequirement = "mfa_requirement"
        case numUses = "num_uses"
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        clientToken = try values.decode(String.self, forKey: .clientToken)
        accessor = try values.decode(String.self, forKey: .accessor)
        policies = try values.decode([String].self, forKey: .policies)
        tokenPolicies = try values.decode([String].self, forKey: .tokenPolicies)
        metadata = try values.decodeIfPresent([String: String].self, forKey: .metadata)
        leaseDuration = try values.decode(Int.self, forKey: .leaseDuration)
        renewable = try values.decode(Bool.self, forKey: .renewable)
        entityID = try values.decode(String.self, forKey: .entityID)
        tokenType = try values.decode(String.self, forKey: .tokenType)
        orphan = try values.decode(Bool.self, forKey: .orphan)
        numUses = try values.decode(Int.self, forKey: .numUses)
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(clientToken, forKey: .clientToken)
        try values.encode(accessor, forKey: .accessor)
        try values.encode(policies, forKey: .policies)
        try values.encode(tokenPolicies, forKey: .tokenPolicies)
        try values.encode(metadata, forKey: .metadata)
        try values.encode(leaseDuration, forKey: .leaseDuration)
        try values.encode(renewable, forKey: .renewable)
        try values.encode(entityID, forKey: .entityID)
        try values.encode(tokenType, forKey: .tokenType)
        try values.encode(orphan, forKey: .orphan)
        try values.encodeNil(forKey: .mfaRequirement)
        try values.encode(numUses, forKey: .numUses)
    }
}

/// The body of every refusal: Vault's `errors`, and what makes it machine-readable.
package struct ErrorBody: Codable, Sendable, Equatable {
    /// One line each: what is wrong, then ` · remedy: ` and what to do. Empty for an absent read or an empty list, as Vault answers.
    package var errors: [String]
    /// Stable and snake_case, such as `name_not_permitted`.
    package var code: String
    package var requestID: String

    package init(errors: [String], code: String, requestID: String) {
        self.errors = errors
        self.code = code
        self.requestID = requestID
    }

    enum CodingKeys: String, CodingKey {
        case errors, code
        case requestID = "request_id"
    }
}
