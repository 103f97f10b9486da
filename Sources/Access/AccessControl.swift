package import Ledger
package import PolicyFiles

/// Judges a principal's action by the access policies; denies by default. One value for each configuration; a reload makes another.
package struct AccessControl: Sendable {
    private let policies: [String: AccessPolicy]

    /// - Parameter files: contents by path, such as `access/admin.yaml`.
    /// - Parameter limitClasses: those of limits.yaml; nil: there is no such file.
    /// - Parameter faults: collects every fault; when it is not empty afterwards the set must not be used.
    package init(files: [String: String], limitClasses: [String]? = nil, collecting faults: PolicyFaults) {
        var policies: [String: AccessPolicy] = [:]
        for (path, text) in files.sorted(by: { $0.key < $1.key }) {
            let read = faults.reading { (faults) throws(PolicyFileError) in
                try AccessPolicy(text: text, file: path, limitClasses: limitClasses, collecting: faults)
            }
            if let policy = read { policies[policy.name] = policy }
        }
        if files.isEmpty {
            faults.add(
                PolicyFileError(
                    file: "policies/access", line: nil, field: nil, problem: "there is no access policy: nobody could do anything",
                    remedy: "restore admin.yaml"))
        }
        self.policies = policies
    }

    /// Throws the first fault.
    package init(files: [String: String]) throws(PolicyFileError) {
        let faults = PolicyFaults()
        self.init(files: files, collecting: faults)
        if let first = faults.all.first { throw first }
    }

    /// The class that each policy names for its requests.
    var limitClasses: [String: String] { policies.compactMapValues(\.limitClass) }

    /// Throws a refusal that names the missing rule.
    /// - Returns: the profiles for which the principal's rules allow the action; nil: every one.
    func judge(_ principal: Principal, _ action: Action, profile: String?, object: String) throws(AccessRefusal) -> Set<String>? {
        switch principal.credential {
        case .anonymous:
            throw action == .renew ? .certificateNeeded : .credentialMissing
        case .certificate(let certificate):
            guard action == .renew else {
                throw .notAllowed(action: action.rawValue, object: object, policies: ["certificate \(certificate.serialNumber)"])
            }
        case .token(let token):
            if let ticket = token.ticket {
                try check(ticket, action, profile: profile, isCurrent: principal.isCurrent)
            } else {
                try check(token, action, profile: profile, object: object)
            }
        }
        return profiles(of: principal, for: action)
    }

    /// The profiles for which a token's rules allow an action; nil: every one.
    private func profiles(of principal: Principal, for action: Action) -> Set<String>? {
        guard let token = principal.token, token.ticket == nil, action != .tokenSelf else { return nil }
        var named: Set<String> = []
        for policy in token.policies.compactMap({ policies[$0] }) {
            guard let profiles = policy.profiles(for: action) else { return nil }
            named.formUnion(profiles)
        }
        return named
    }

    /// The policies a new token gets: those asked for, which its creator must hold; its creator's own when none are named.
    package func grant(_ asked: [String]?, by permit: Permit) throws(AccessRefusal) -> [String] {
        let held = permit.principal.token?.policies ?? []
        let given = asked.flatMap { $0.isEmpty ? nil : $0 } ?? held
        let mayGiveAny = holdsEverything(permit)
        for name in given {
            guard let policy = policies[name] else { throw .policyUnknown(name) }
            guard mayGiveAny || held.contains(name) else { throw .policyNotHeld(name) }
            guard policy.keeps(to: permit.profiles) else { throw .policyBeyondProfiles(name, profiles: (permit.profiles ?? []).sorted()) }
        }
        return given
    }

    /// Refuses a token whose policies, or whose ticket's profile, are about other profiles than the permit's.
    package func requireScope(of token: TokenRecord, _ permit: Permit) throws(AccessRefusal) {
        guard let profiles = permit.profiles else { return }
        if let ticket = token.ticket, !profiles.contains(ticket.profile) {
            throw .profileNotAllowed(action: permit.action.rawValue, profile: ticket.profile, profiles: profiles.sorted())
        }
        for name in token.policies {
            guard let policy = policies[name], policy.keeps(to: profiles) else {
                throw .policyBeyondProfiles(name, profiles: profiles.sorted())
            }
        }
    }

    /// Refuses holders of anything less than a policy that allows everything.
    package func requireEverything(_ permit: Permit) throws(AccessRefusal) {
        guard holdsEverything(permit) else {
            throw .notAllowed(
                action: "no_parent", object: permit.object, policies: permit.principal.token?.policies ?? [])
        }
    }

    private func holdsEverything(_ permit: Permit) -> Bool {
        (permit.principal.token?.policies ?? []).contains { policies[$0]?.allowsEverything == true }
    }

    private func check(_ ticket: TicketScope, _ action: Action, profile: String?, isCurrent: Bool) throws(AccessRefusal) {
        switch action {
        case .sign:
            guard profile == ticket.profile else { throw .ticketForOtherProfile(profile: ticket.profile, asked: profile ?? "none") }
        case .tokenSelf:
            guard isCurrent else { throw .tokenInvalid }
        case .renew: throw .certificateNeeded
        case .issue, .revoke, .search, .audit, .tokenCreate, .ticketCreate, .tokenLookup, .tokenRevoke, .suspend:
            throw .ticketOnlyEnrols(action: action.rawValue)
        }
    }

    private func check(_ token: TokenRecord, _ action: Action, profile: String?, object: String) throws(AccessRefusal) {
        if action == .tokenSelf { return }
        guard action != .renew else { throw .certificateNeeded }
        guard token.policies.contains(where: { policies[$0]?.allows(action, profile: profile) == true }) else {
            throw .notAllowed(action: action.rawValue, object: object, policies: token.policies)
        }
    }
}
