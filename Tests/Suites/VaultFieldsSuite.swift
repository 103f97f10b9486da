import APISchema
import Foundation
import Testing

extension AgainstRealPrograms {
    /// What Vault's clients send beside what they need, each field granted, warned of or refused.
    @Suite(.needs(.openssl, .curl)) struct VaultFields {
        private struct Row: Sendable {
            let path: String
            let body: [String: any Sendable]
            /// The refusal's code; nil for an answer.
            var code: String?
            /// A part of the refusal, or of the only warning; nothing: no warning.
            var says = ""
        }

        @Test func `every field that would change a certificate is granted or refused, and every other one warned of`() async throws {
            try await TestCA.serving { authority in
                let csr = try await SigningRequests(sandbox: authority.sandbox).pem(subject: "/CN=a.internal", names: "DNS:a.internal")
                for row in Self.certificates(csr) {
                    let answer = try await authority.request("POST", row.path, json: row.body, token: try authority.adminToken)
                    try expect(answer, row)
                }
            }
        }

        private static func certificates(_ csr: String) -> [Row] {
            let (issue, sign) = ("pki/issue/service", "pki/sign/service")
            let name: [String: any Sendable] = ["common_name": "a.internal"]
            let not = "field_not_supported"
            return [
                Row(path: issue, body: name.merging(["csr": csr]) { $1 }, code: not, says: "pki/sign/service"),
                Row(path: issue, body: name.merging(["csr": ""]) { $1 }),
                Row(path: sign, body: ["csr": csr, "key_type": "rsa"], code: not, says: "pki/issue/service"),
                Row(path: sign, body: ["csr": csr, "private_key_format": "pkcs8"], says: "[private_key_format]"),
                Row(path: issue, body: name.merging(["not_after": "2030-01-01T00:00:00Z"]) { $1 }, code: not, says: "not_after"),
                Row(path: sign, body: ["csr": csr, "other_sans": "1.3.6.1.4.1.311.20.2.3;utf8:x"], code: not, says: "other_sans"),
                Row(path: sign, body: ["csr": csr, "user_ids": ["x"]], code: not, says: "user_ids"),
                Row(path: issue, body: name.merging(["serial_number": "7"]) { $1 }, code: not, says: "serial_number"),
                Row(path: issue, body: name.merging(["exclude_cn_from_sans": "true"]) { $1 }, code: not, says: "exclude_cn_from_sans"),
                // As cert-manager sends it: the name is among the others, too.
                Row(path: sign, body: ["csr": csr, "common_name": "a.internal", "exclude_cn_from_sans": "true"]),
                Row(path: issue, body: name.merging(["wish": 1]) { $1 }, says: "Endpoint ignored these unrecognized parameters: [wish]"),
                Row(path: issue, body: name.merging(["not_after": "", "other_sans": "", "user_ids": [String]()]) { $1 }),
                Row(path: issue, body: name.merging(["issuer_ref": "services"]) { $1 }),
                Row(path: issue, body: name.merging(["issuer_ref": "devices"]) { $1 }, code: "issuer_differs", says: "devices"),
                Row(path: "pki/issuer/services/issue/service", body: name),
                Row(path: "pki/issuer/default/sign/service", body: ["csr": csr]),
                Row(path: "pki/issuer/devices/sign/service", body: ["csr": csr], code: "issuer_differs", says: "devices"),
                Row(path: "pki/issuer/nobody/sign/service", body: ["csr": csr], code: "unknown_issuer", says: "nobody"),
                Row(path: "pki/revoke", body: ["serial_number": "40", "certificate": csr], code: "malformed_request", says: "not both."),
                Row(path: "pki/revoke", body: [:], code: "field_missing", says: "must be provided"),
                Row(path: "pki/search", body: ["wish": 1], says: "[wish]"),
                Row(path: "auth/token/create", body: ["wish": 1, "ttl": "1h"], says: "[wish]"),
                Row(path: "auth/token/create", body: ["period": "1h"], code: not, says: "period"),
                Row(
                    path: "auth/token/create", body: ["ticket": ["profile": "device", "pattern": "*", "organisation": "Acme"]],
                    code: "malformed_request", says: "organisation"),
            ]
        }

        private func expect(_ answer: HTTPAnswer, _ row: Row) throws {
            guard row.code == nil else { return expectRefusal(answer, status: 400, code: row.code, says: row.says, "\(row)") }
            #expect(answer.status == 200, "\(row): \(answer)")
            let warnings = try answer.decoded(as: Envelope<NoData>.self).warnings ?? []
            #expect(warnings.count == (row.says.isEmpty ? 0 : 1) && (warnings.first ?? "").hasSuffix(row.says), "\(row): \(warnings)")
        }

        @Test func `an issuer's path is served by the issuer's id, and says its chain without the root`() async throws {
            try await TestCA.serving { authority in
                let issuer = try await authority.request("GET", "pki/issuer/services", token: try authority.adminToken)
                let id = try #require(try issuer.data(as: [String: JSONText].self)?["issuer_id"]?.text)
                let answer = try await authority.request(
                    "POST", "pki/issuer/\(id)/issue/service", json: ["common_name": "a.internal", "remove_roots_from_chain": true],
                    token: try authority.adminToken)
                let certificate = try #require(try answer.data(as: SignedCertificate.self))
                #expect(certificate.caChain.count == 1)
                let key = certificate.privateKey ?? ""
                #expect(key.hasPrefix("-----BEGIN EC PRIVATE KEY-----"))
                try await authority.sandbox.run("openssl", ["ec", "-noout"], input: key).succeeded()
            }
        }

        @Test func `a token finds itself under its own name, and the chain is said as Vault says it`() async throws {
            try await TestCA.serving { authority in
                let token = try authority.adminToken
                let me = try await authority.request("GET", "auth/token/lookup-self", token: token)
                let fields = try #require(try me.data(as: [String: JSONText].self))
                #expect(fields["id"]?.text == token && fields["accessor"]?.text?.isEmpty == false && fields["accessor"]?.text != token)
                let chain = try #require(
                    try await authority.request("GET", "pki/cert/ca_chain").data(as: [String: JSONText].self))
                #expect(chain["ca_chain"]?.text?.hasPrefix("-----BEGIN CERTIFICATE-----") == true)
                #expect(chain["ca_chain"]?.text == chain["certificate"]?.text)
                #expect(try await authority.request("GET", "sys/mounts").status == 403)
                #expect(try await authority.request("GET", "sys/mounts/nothere", token: token).body.contains("No secret engine mount at"))
                #expect(try await authority.request("GET", "sys/internal/ui/mounts/pki/issue/x", token: token).status == 200)
                #expect(try await authority.request("GET", "sys/health?activecode=299").status == 299)
                let null = try await authority.request("PUT", "auth/token/create", body: Array("null".utf8), token: token)
                #expect(null.status == 200, "\(null)")
            }
        }
    }
}

/// A text of an object whose other fields do not matter.
private struct JSONText: Codable, Sendable {
    var text: String?

    init(from decoder: any Decoder) throws {
        text = try? decoder.singleValueContainer().decode(String.self)
    }

    func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        try value.encode(text)
    }
}
