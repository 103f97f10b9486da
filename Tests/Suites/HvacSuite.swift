import Testing

extension AgainstRealPrograms {
    @Suite(.needs(.hvac, .openssl)) struct Hvac {
        @Test func `hvac, Vault's Python client, works unchanged`() async throws {
            try await TestCA.serving { authority in
                let request = try await SigningRequests(sandbox: authority.sandbox).pem(
                    subject: "/CN=two.internal", names: "DNS:two.internal")
                let file = try authority.sandbox.write(request, to: "two.csr")
                try await authority.sandbox.run(
                    Programs.python("python") ?? "python",
                    [Programs.foreign("hvac_suite.py"), authority.address, authority.root, authority.data + "/admin.token", file]
                ).succeeded()
            }
        }
    }
}
