import PKI

/// Refusals of a credential or of an action. The texts tell an outsider nothing about which tokens exist.
package enum AccessRefusal: Coded, Sendable, Equatable {
    /// The endpoint needs a credential and none was shown.
    case credentialMissing
    /// No such token, or it has expired, is used up or revoked.
    case tokenInvalid
    case certificateUnknown
    case certificateRevoked(serial: String)
    case certificateExpired(serial: String)
    /// Not valid yet, or for servers only.
    case certificateNotForClients(serial: String)
    /// No rule of the principal's policies allows it.
    case notAllowed(action: String, object: String, policies: [String])
    /// A ticket can enrol and nothing else.
    case ticketOnlyEnrols(action: String)
    case ticketForOtherProfile(profile: String, asked: String)
    /// Renewal's credential is the certificate being renewed.
    case certificateNeeded
    case policyUnknown(String)
    /// A token may give others only what it has itself.
    case policyNotHeld(String)
    /// A token that may create others for some profiles gives none that acts on further ones.
    case policyBeyondProfiles(String, profiles: [String])
    /// The rules that allow the action name other profiles.
    case profileNotAllowed(action: String, profile: String, profiles: [String])

    /// Stable, snake_case.
    package var code: String {
        switch self {
        case .credentialMissing: "credential_missing"
        case .tokenInvalid: "token_invalid"
        case .certificateUnknown: "certificate_unknown"
        case .certificateRevoked: "certificate_revoked"
        case .certificateExpired: "certificate_expired"
        case .certificateNotForClients: "certificate_not_for_clients"
        case .notAllowed: "permission_denied"
        case .ticketOnlyEnrols, .ticketForOtherProfile: "ticket_not_permitted"
        case .certificateNeeded: "client_certificate_needed"
        case .policyUnknown: "policy_unknown"
        case .policyNotHeld: "policy_not_held"
        case .policyBeyondProfiles: "policy_beyond_profiles"
        case .profileNotAllowed: "permission_denied"
        }
    }

    /// The fault in words.
    package var summary: String {
        switch self {
        case .credentialMissing: "permission denied: no credential was presented"
        case .tokenInvalid: "permission denied: the token is unknown, expired, used up or revoked"
        case .certificateUnknown: "permission denied: the client certificate was not issued by this CA's records"
        case .certificateRevoked(let serial): "permission denied: the client certificate \(serial) is revoked"
        case .certificateExpired(let serial): "permission denied: the client certificate \(serial) has expired"
        case .certificateNotForClients(let serial):
            "permission denied: the client certificate \(serial) is not valid yet, or for servers only"
        case .notAllowed(let action, let object, let policies):
            "permission denied: no policy of this credential (\(policies.joined(separator: ", "))) allows \(action) on \(object)"
        case .ticketOnlyEnrols(let action): "permission denied: a ticket can enrol, not \(action)"
        case .ticketForOtherProfile(let profile, let asked): "permission denied: the ticket is for profile \(profile), not \(asked)"
        case .certificateNeeded: "permission denied: renewal needs the certificate being renewed as TLS client certificate"
        case .policyUnknown(let name): "there is no access policy '\(name)'"
        case .policyBeyondProfiles(let name, let profiles):
            "permission denied: this token may do so with tokens for the profiles \(profiles.joined(separator: ", ")), and the policy '\(name)' is about others, too"
        case .profileNotAllowed(let action, let profile, let profiles):
            "permission denied: the policies of this credential allow \(action) for \(profiles.joined(separator: ", ")), not for \(profile)"
        case .policyNotHeld(let name): "permission denied: this token does not hold the policy '\(name)' that it would give"
        }
    }

    /// The next step in words.
    package var remedy: String {
        switch self {
        case .credentialMissing: "send a token or ticket in X-Vault-Token, or a client certificate"
        case .tokenInvalid: "ask an administrator for a new one (ca-client token create, ca-client ticket create)"
        case .certificateUnknown, .certificateRevoked, .certificateExpired: "enrol again with a ticket"
        case .certificateNotForClients: "use one whose profile permits clients, or set the clock"
        case .notAllowed: "use a token whose policy allows it (policies/access/)"
        case .ticketOnlyEnrols: "use a token for this"
        case .ticketForOtherProfile(let profile, _): "enrol with profile \(profile), or ask for a ticket for the other one"
        case .certificateNeeded: "connect with the certificate and key being renewed"
        case .policyUnknown: "use a name of policies/access/, or add a file there"
        case .policyBeyondProfiles: "give a policy of these profiles, or let a token that may create for all of them do it"
        case .profileNotAllowed: "ask for one of these profiles, or use a token whose policy allows it (policies/access/)"
        case .policyNotHeld: "let a token that holds it create this one"
        }
    }
}
