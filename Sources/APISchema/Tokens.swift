/// Body of `POST auth/token/create`. With `ticket`, the token is an enrolment ticket.
package struct TokenRequest: Codable, Sendable, Equatable {
    package var displayName: String?
    package var policies: [String]?
    /// Go duration or seconds.
    package var ttl: String?
    package var explicitMaxTTL: String?
    package var renewable: Bool?
    /// 0: unlimited.
    package var numUses: Int?
    /// The new token does not go with its creator, and may outlive it.
    package var noParent: Bool?
    package var ticket: TicketRequest?

    package init(
        displayName: String? = nil, policies: [String]? = nil, ttl: String? = nil, explicitMaxTTL: String? = nil,
        renewable: Bool? = nil, numUses: Int? = nil, noParent: Bool? = nil, ticket: TicketRequest? = nil
    ) {
        self.displayName = displayName
        self.policies = policies
        self.ttl = ttl
        self.explicitMaxTTL = explicitMaxTTL
        self.renewable = renewable
        self.numUses = numUses
        self.noParent = noParent
        self.ticket = ticket
    }

    enum CodingKeys: String, CodingKey {
        case displayName = "display_name"
        case policies, ttl
        case explicitMaxTTL = "explicit_max_ttl"
        case renewable
        case numUses = "num_uses"
        case noParent = "no_parent"
        case ticket
    }
}

/// What an enrolment ticket is for: one identity, or new ones whose names match a pattern.
package struct TicketRequest: Codable, Sendable, Equatable {
    package var profile: String
    /// The device's UUID or the service's first name. Exactly one of `id` and `pattern`.
    package var id: String?
    /// A glob: `*` any run, `?` one character.
    package var pattern: String?
    package var organization: String?
    package var type: String?
    /// DNS names that a service may have beside its `id`.
    package var dnsNames: [String]?
    /// Addresses that a service may have.
    package var addresses: [String]?
    /// URIs that a service may have.
    package var uris: [String]?

    package init(
        profile: String, id: String? = nil, pattern: String? = nil, organization: String? = nil, type: String? = nil,
        dnsNames: [String]? = nil, addresses: [String]? = nil, uris: [String]? = nil
    ) {
        self.dnsNames = dnsNames
        self.addresses = addresses
        self.uris = uris
        self.profile = profile
        self.id = id
        self.pattern = pattern
        self.organization = organization
        self.type = type
    }

    enum CodingKeys: String, CodingKey {
        case profile, id, pattern, organization, type
        case dnsNames = "alt_names"
        case addresses = "ip_sans"
        case uris = "uri_sans"
    }
}

/// Body of `POST auth/token/revoke` and `auth/token/revoke-accessor`: exactly one of both.
package struct RevokeTokenRequest: Codable, Sendable, Equatable {
    package var token: String?
    package var accessor: String?

    package init(token: String? = nil, accessor: String? = nil) {
        self.token = token
        self.accessor = accessor
    }
}
