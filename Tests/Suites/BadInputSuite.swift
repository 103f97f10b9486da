import APISchema
import Foundation
import Testing

extension AgainstRealPrograms {
    @Suite(.needs(.openssl, .curl)) struct BadInput {
        @Test func `a bad certificate request is refused with a remedy, and nothing is issued`() async throws {
            try await TestCA.serving { authority in
                let before = try await issued(authority)
                for row in try await BadRequests(sandbox: authority.sandbox, authority: authority).rows() {
                    let answer = try await authority.request(
                        "POST", "pki/sign/\(row.role)", json: ["csr": row.csr], token: try authority.adminToken)
                    expectRefusal(answer, status: 400, code: row.code, says: row.says, row.name)
                }
                #expect(try await issued(authority) == before)
                #expect(try await authority.isHealthy())
            }
        }

        @Test func `a bad body is refused whatever it is made of`() async throws {
            try await TestCA.serving { authority in
                let rows: [(name: String, body: String, status: Int)] = [
                    ("nothing", "", 400), ("not JSON", "{", 400), ("an array", "[]", 400),
                    ("a number for the request", #"{"csr": 5}"#, 400),
                    ("an object for the ttl", #"{"csr": "x", "ttl": {}}"#, 400), ("null", #"{"csr": null}"#, 400),
                    ("PEM of another kind", #"{"csr": "-----BEGIN X-----\nAAAA\n-----END X-----"}"#, 400),
                    ("nesting of 100 000", String(repeating: "[", count: 100_000), 400),
                    (
                        "a field that is nested",
                        #"{"ttl": "# + String(repeating: "[", count: 400) + String(repeating: "]", count: 400) + "}", 400
                    ),
                    ("a field of 2 000 elements", #"{"alt_names": [0"# + String(repeating: ",0", count: 2_000) + "]}", 400),
                    ("not UTF-8 escapes", #"{"csr": "\ud800"}"#, 400), ("12 MB", String(repeating: "A", count: 12_000_000), 413),
                ]
                for row in rows {
                    let answer = try await authority.request(
                        "POST", "pki/sign/device", body: Array(row.body.utf8), token: try authority.adminToken)
                    expectRefusal(answer, status: row.status, row.name)
                }
                #expect(try await authority.isHealthy())
            }
        }

        @Test func `a body is not looked at before the credential was found good`() async throws {
            try await TestCA.serving { authority in
                let large = [UInt8](repeating: 0x41, count: 12_000_000)
                for path in ["pki/sign/device", "pki/issue/service", "pki/renew", "pki/revoke", "pki/search", "auth/token/create"] {
                    expectRefusal(try await authority.request("POST", path, body: large), status: 403, "\(path), nobody")
                    let stranger = try await authority.request("POST", path, body: large, token: "signet-token-unknown")
                    expectRefusal(stranger, status: 403, "\(path), an unknown token")
                }
                #expect(try await authority.isHealthy())
            }
        }

        @Test func `a ttl is bounded: one second is refused, ten years are clamped with a warning`() async throws {
            try await TestCA.serving { authority in
                let csr = try await SigningRequests(sandbox: authority.sandbox).pem(subject: "/CN=api.internal", names: "DNS:api.internal")
                let short = try await sign(authority, csr, ["ttl": "1s"])
                expectRefusal(short, status: 400, code: "ttl_too_short", says: "1 s", "one second")
                for ttl: any Sendable in ["87600h", "3650d", 315_360_000] as [any Sendable] {
                    let long = try await sign(authority, csr, ["ttl": ttl])
                    let envelope = try long.decoded(as: Envelope<SignedCertificate>.self)
                    let certificate = try #require(envelope.data)
                    #expect(certificate.expiration - certificate.notBefore + 1 == 86_400)
                    #expect(envelope.warnings?.isEmpty == false)
                }
            }
        }

        @Test func `unknown and malformed serial numbers and paths are told apart`() async throws {
            try await TestCA.serving { authority in
                let unknown = "40" + String(repeating: "0", count: 30)
                let rows: [(name: String, path: String, body: [String: any Sendable]?, status: Int)] = [
                    ("read unknown", "pki/cert/\(unknown)", nil, 404), ("read malformed", "pki/cert/xyz", nil, 400),
                    ("revoke unknown", "pki/revoke", ["serial_number": unknown], 400),
                    ("revoke malformed", "pki/revoke", ["serial_number": "zz"], 400),
                    ("revoke too long", "pki/revoke", ["serial_number": String(repeating: "41", count: 21)], 400),
                    ("revoke nothing", "pki/revoke", [:], 400),
                    ("revoke for no known reason", "pki/revoke", ["serial_number": unknown, "reason": "whim"], 400),
                    ("no such path", "pki/nothing", nil, 404), ("unknown role", "pki/sign/nobody", ["csr": "x"], 400),
                ]
                for row in rows {
                    let answer =
                        if let body = row.body {
                            try await authority.request("POST", row.path, json: body, token: try authority.adminToken)
                        } else {
                            try await authority.request("GET", row.path, token: try authority.adminToken)
                        }
                    #expect(answer.status == row.status, "\(row.name): \(answer)")
                    #expect(answer.contentType == "application/json", "\(row.name): \(answer)")
                    #expect(throws: Never.self, "\(row.name): \(answer)") { try answer.decoded(as: ErrorBody.self) }
                }
            }
        }

        private func sign(_ authority: TestCA, _ csr: String, _ fields: [String: any Sendable]) async throws -> HTTPAnswer {
            try await authority.request(
                "POST", "pki/sign/service", json: ["csr": csr].merging(fields) { $1 }, token: try authority.adminToken)
        }

        private func issued(_ authority: TestCA) async throws -> String {
            try await authority.admin("search", "--json").succeeded().output
        }
    }
}

/// Expects Vault's error shape, one line with a remedy.
func expectRefusal(
    _ answer: HTTPAnswer, status: Int, code: String? = nil, says: String = "", _ name: String, _ location: SourceLocation = #_sourceLocation
) {
    #expect(answer.status == status, "\(name): \(answer)", sourceLocation: location)
    #expect(answer.contentType == "application/json", "\(name): \(answer)", sourceLocation: location)
    let refusal = try? answer.decoded(as: ErrorBody.self)
    #expect(code == nil || refusal?.code == code, "\(name): \(answer)", sourceLocation: location)
    #expect(refusal?.code.isEmpty == false && refusal?.requestID.isEmpty == false, "\(name): \(answer)", sourceLocation: location)
    // Vault's words may stand before ours.
    let line = refusal?.errors.last ?? ""
    #expect(line.contains("remedy: ") && (says.isEmpty || line.contains(says)), "\(name): \(answer)", sourceLocation: location)
}
