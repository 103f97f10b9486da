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
    package func keyKind() throws -> PrivateKey.Kind? {
        let bits = try integer("key_bits") ?? 0
        switch (try string("key_type"), bits) {
        case (nil, 0), ("any", 0): return nil
        case ("ec", 0), ("ec", 256), (nil, 256): return .p256
        case ("ec", 384), (nil, 384): return .p384
        case ("ed25519", _): return .ed25519
        case ("rsa", 0), ("rsa", 2048), (nil, 2048): return .rsa2048
        case ("rsa", 3072), (nil, 3072): return .rsa3072
        case ("rsa", 4096), (nil, 4096): return .rsa4096
        case (let type, let bits):
            throw APIFailure(
                .badRequest, code: "key_type_not_made", summary: "there is no key of type '\(type ?? "any")' with \(bits) bits",
                remedy: "use ec with 256 or 384 bits, or ed25519")
        }
    }
}
