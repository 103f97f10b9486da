import Access
import Authority
import HTTPFront
import HTTPTypes
import HummingbirdCore
import Issuance

extension VaultAPI {
    func addRoleRoutes(to pki: inout RouteGroup) {
        pki.list("roles") { request, context in
            let permit = try await permit(request, context, .tokenSelf, object: "roles")
            return try Response.keys(Page(request).keys(of: permit.policies.maker.profiles.roleNames), context: context)
        }
        pki.get("roles/{name}") { request, context in
            let name = try context.parameter("name")
            let permit = try await permit(request, context, .tokenSelf, object: "roles/\(name)")
            do throws(IssuanceRefusal) {
                return Response.envelope(RoleAnswer(try permit.policies.maker.role(name)), context: context)
            } catch {
                throw APIFailure(.notFound, code: error.code, summary: error.summary, remedy: error.remedy)
            }
        }
    }
}

/// A profile as Vault's role object: every field of Vault's is there, because clients have crashed for want of one.
struct RoleAnswer: Codable, Sendable {
    var issuer_ref: String
    var ttl: Int64
    var max_ttl: Int64
    var allow_localhost = false
    var allow_token_displayname = false
    var allowed_domains: [String] = []
    var allowed_domains_template = false
    var allow_bare_domains = false
    var allow_subdomains = false
    var allow_glob_domains = false
    var allow_wildcard_certificates = false
    var allow_any_name = false
    var enforce_hostnames = true
    var allow_ip_sans = false
    var allowed_ip_sans_cidr: [String] = []
    var allowed_uri_sans: [String] = []
    var allowed_uri_sans_template = false
    var allowed_other_sans: [String] = []
    var allowed_serial_numbers: [String] = []
    var allowed_user_ids: [String] = []
    var server_flag: Bool
    var client_flag: Bool
    var code_signing_flag = false
    var email_protection_flag = false
    var key_type = "any"
    var key_bits = 0
    var signature_bits = 0
    var use_pss = false
    var key_usage: [String]
    var ext_key_usage: [String] = []
    var ext_key_usage_oids: [String] = []
    var use_csr_common_name = true
    var use_csr_sans = true
    var ou: [String] = []
    var organization: [String] = []
    var country: [String] = []
    var locality: [String] = []
    var province: [String] = []
    var street_address: [String] = []
    var postal_code: [String] = []
    var generate_lease = false
    var no_store = false
    var require_cn = true
    var policy_identifiers: [String] = []
    var basic_constraints_valid_for_non_ca = false
    var not_before_duration: Int64
    var not_after = ""
    var cn_validations = ["hostname"]
    var serial_number_source = "json-csr"
    var no_store_metadata = false

    init(_ profile: CertificateProfile) {
        issuer_ref = profile.issuerRef
        ttl = profile.ttl
        max_ttl = profile.ttl
        server_flag = profile.serverFlag
        client_flag = profile.clientFlag
        key_usage = KeyUsageBit.allCases.filter(profile.keyUsage.contains).map(\.rawValue)
        not_before_duration = profile.notBeforeDuration
        switch profile.naming {
        case .device(let rules):
            organization = rules.organizations
            ou = rules.types
            allowed_uri_sans = ["urn:uuid:*"]
            cn_validations = ["disabled"]
        case .service(let rules):
            take(rules)
        }
    }

    private mutating func take(_ rules: ServiceNaming) {
        allow_localhost = rules.allowLocalhost
        allowed_domains = rules.allowedDomains
        allow_bare_domains = rules.allowBareDomains
        allow_subdomains = rules.allowSubdomains
        allow_glob_domains = rules.allowGlobDomains
        allow_wildcard_certificates = rules.allowWildcardCertificates
        allow_any_name = rules.allowAnyName
        allow_ip_sans = rules.allowIPSANs
        allowed_ip_sans_cidr = rules.allowedIPRanges.map(\.description)
        allowed_uri_sans = rules.allowedURISANs
    }
}
