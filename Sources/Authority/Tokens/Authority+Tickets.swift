import Access
import Issuance
import Ledger
import PKI

extension Authority {
    /// A ticket's scope in canonical form; throws when its profile can never certify it, so that a mistake shows now and not at the enrolment.
    func checked(_ scope: TicketScope, _ permit: Permit) throws(AuthorityError) -> TicketScope {
        let profile: CertificateProfile
        do { profile = try permit.policies.maker.role(scope.profile) } catch { throw .issuance(error) }
        var scope = scope
        scope.names = try checkedNames(scope, profile)
        switch profile.naming {
        case .device(let rules): try check(&scope, rules)
        case .service(let rules): try check(&scope, rules)
        }
        return scope
    }

    /// The names that a ticket lists beside its own, in canonical form.
    private func checkedNames(_ scope: TicketScope, _ profile: CertificateProfile) throws(AuthorityError) -> [String] {
        guard !scope.names.isEmpty else { return [] }
        guard case .service(let rules) = profile.naming, case .identity = scope.subject else {
            throw .request(.malformed(field: "ticket", problem: "only a ticket for one service lists further names"))
        }
        guard scope.names.count <= 99 else { throw .issuance(.tooManyNames(scope.names.count, most: 99)) }
        var names: [String] = []
        for text in scope.names {
            guard let name = GeneralName(description: text)?.canonical, rules.permits(name) else {
                throw .issuance(.nameNotPermitted(text, profile: scope.profile))
            }
            names.append(name.description)
        }
        return names
    }

    private func check(_ scope: inout TicketScope, _ rules: DeviceNaming) throws(AuthorityError) {
        switch scope.subject {
        case .identity(let name):
            guard let uuid = canonicalUUID(name) else { throw .issuance(.notAUUID(name)) }
            scope.subject = .identity(uuid)
        case .pattern(let glob): scope.subject = .pattern(try checkedPattern(glob))
        }
        if let organization = scope.organization, !rules.organizations.contains(organization) {
            throw .issuance(.organizationNotPermitted(organization, profile: scope.profile, permitted: rules.organizations))
        }
        if let type = scope.type {
            do { try DeviceNaming.checkType(type) } catch { throw .issuance(error) }
        }
        if let type = scope.type, !rules.types.contains(where: { glob($0, matches: type) }) {
            throw .issuance(.typeNotPermitted(type, profile: scope.profile))
        }
    }

    private func check(_ scope: inout TicketScope, _ rules: ServiceNaming) throws(AuthorityError) {
        switch scope.subject {
        case .identity(let name):
            let host = generalName(ofHost: name)
            do { try rules.checkForm(host, profile: scope.profile) } catch { throw .issuance(error) }
            guard rules.permits(host), let identity = [host].firstHost else {
                throw .issuance(.nameNotPermitted(host.description, profile: scope.profile))
            }
            scope.subject = .identity(identity)
        case .pattern(let glob): scope.subject = .pattern(try checkedPattern(glob))
        }
        guard scope.organization == nil, scope.type == nil else {
            throw .request(.malformed(field: "ticket", problem: "profile \(scope.profile) certifies neither organization nor type"))
        }
    }

    private func checkedPattern(_ glob: String) throws(AuthorityError) -> String {
        guard (1...253).contains(glob.utf8.count), glob.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw .request(.malformed(field: "pattern", problem: "must be 1 to 253 printable characters"))
        }
        return asciiLowercased(glob)
    }
}
