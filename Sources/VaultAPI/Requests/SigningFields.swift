import Access
import Authority
import HTTPFront
import HTTPTypes
import Issuance
package import PKI

/// Checks of Vault's fields of sign and issue that have no effect on what is made: each is granted, or refused.
extension VaultAPI {
    /// Refuses names and dates that no certificate here has, and `exclude_cn_from_sans` where it would change the certificate.
    func checkNaming(_ fields: RequestFields, csr: SigningRequest?, _ permit: Permit) throws {
        try fields.refuse("not_after", "not_before", remedy: "ask for a ttl: a certificate begins now and ends with it")
        try fields.refuse("other_sans", remedy: "leave it out: certificates have DNS, IP and URI names")
        try fields.refuse("user_ids", "serial_number", remedy: "leave it out: a subject has a common name, organization and type")
        guard try fields.bool("exclude_cn_from_sans") == true, case .service? = permit.role?.naming,
            let name = try fields.string("common_name") ?? csr?.subject.commonName.first
        else { return }
        // As the naming rules: names in the CSR come before those beside it.
        let inCSR = csr?.names ?? []
        let names = inCSR.isEmpty ? try fields.alternativeNames() : inCSR
        let isNamed = names.contains { alternative in
            if case .dns(let text) = alternative { text.lowercased() == name.lowercased() } else { false }
        }
        guard isNamed else {
            throw APIFailure(
                .badRequest, code: "field_not_supported",
                summary: "'exclude_cn_from_sans' would keep '\(name.prefix(80))' out of the alternative names, where clients look for it",
                remedy: "leave the field out, or name it in alt_names")
        }
    }

    /// Refuses an issuer, in the path or in `issuer_ref`, that is not the role's.
    func checkIssuer(_ fields: RequestFields, _ context: APIRequestContext, _ permit: Permit) throws {
        guard let profile = permit.role else { return }
        let inPath = context.parameters["ref"] == nil ? nil : try context.parameter("ref")
        for reference in [inPath, try fields.string("issuer_ref")].compactMap({ $0 }) where reference != "default" {
            guard issuers.find(reference)?.name != profile.issuerRef else { continue }
            throw APIFailure(
                .badRequest, code: issuers.find(reference) == nil ? "unknown_issuer" : "issuer_differs",
                summary: "role '\(profile.name)' is certified by issuer '\(profile.issuerRef)', not by '\(reference.prefix(80))'",
                remedy: "name \(profile.issuerRef) or default, or no issuer")
        }
    }
}

extension Permit {
    /// The profile behind the role that it is for; the use case refuses an unknown one.
    fileprivate var role: CertificateProfile? { profile.flatMap { policies.maker.profiles.role($0) } }
}

extension RequestFields {
    /// The CSR, PEM.
    package func signingRequest() throws -> SigningRequest {
        let pem = try required("csr", remedy: "send a PKCS#10 request in PEM")
        do {
            return try SigningRequest(pem: pem)
        } catch {
            throw APIFailure(.badRequest, code: "bad_csr", summary: error.summary, remedy: error.remedy)
        }
    }

    /// `alt_names`, `ip_sans` and `uri_sans`.
    package func alternativeNames() throws -> [GeneralName] {
        var names = try strings("alt_names").map { text in
            text.contains("@") ? GeneralName.email(text) : .dns(text)
        }
        for text in try strings("ip_sans") {
            guard let address = GeneralName.ip(text: text) else {
                throw APIFailure(
                    .badRequest, code: "malformed_address", summary: "'\(text.prefix(80))' in field 'ip_sans' is not an IP address",
                    remedy: "write addresses such as 10.0.0.1 or fd00::1")
            }
            names.append(address)
        }
        return names + (try strings("uri_sans").map { .uri($0) })
    }

    /// `key_type` and `key_bits`, as OpenBao takes them on `issue`.
    package func keyKind() throws -> KeyAlgorithm? {
        let (type, bits) = (try string("key_type"), try integer("key_bits") ?? 0)
        if type ?? "any" == "any", bits == 0 { return nil }
        guard let algorithm = KeyAlgorithm(vaultType: type, bits: bits) else {
            throw APIFailure(
                .badRequest, code: "key_type_not_made", summary: "there is no key of type '\(type ?? "any")' with \(bits) bits",
                remedy: "use one of \(KeyAlgorithm.vaultChoices)")
        }
        return algorithm
    }
}
