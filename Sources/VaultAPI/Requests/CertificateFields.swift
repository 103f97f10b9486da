import HTTPTypes
import HTTPFront
package import PKI

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
