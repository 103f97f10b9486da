import APISchema
import Foundation
import PKI
import Testing

extension AgainstRealPrograms {
    /// OpenBao's command line and its agent, unchanged.
    @Suite(.needs(.bao, .openssl, .curl)) struct Bao {
        @Test func `bao looks at the CA, logs in, and works with the token that it stored`() async throws {
            try await TestCA.serving { authority in
                let bao = Bao.Client(authority: authority)
                try await bao.run("status").succeeded()
                #expect(try await bao.run("token", "lookup").status != 0)
                try await bao.run("login", "-no-print", "-", input: try authority.adminToken).succeeded()
                // From here on the token is the one that login stored.
                let looked = try await bao.run("token", "lookup", "-format=json").succeeded().output
                #expect(looked.contains(try authority.adminToken))
                let mounts = try await bao.run("secrets", "list").succeeded().output
                #expect(mounts.contains("pki/"))
                let lists = try await bao.run("list", "-format=json", "pki/roles").succeeded().output
                #expect(try JSONDecoder().decode([String].self, from: Data(lists.utf8)) == ["device", "service"])
                try await bao.run("write", "pki/issue/service", "common_name=bao.internal", "ttl=2h").succeeded()
                let intermediates = try await bao.run("pki", "list-intermediates", "pki/issuer/root").succeeded().output
                #expect(intermediates.contains("pki/issuer/"))
                let child = try await bao.run("token", "create", "-ttl=1h", "-field=token", "-policy=auditor").succeeded().line
                try await bao.run("token", "renew", environment: ["BAO_TOKEN": child]).succeeded()
                try await bao.run("token", "revoke", "-self", environment: ["BAO_TOKEN": child]).succeeded()
                #expect(try await bao.run("token", "lookup", environment: ["BAO_TOKEN": child]).status != 0)
            }
        }

        @Test func `bao's health check of the PKI ends with findings, not with a fault`() async throws {
            try await TestCA.serving { authority in
                let bao = Bao.Client(authority: authority)
                let token = ["BAO_TOKEN": try authority.adminToken]
                try await bao.run("write", "pki/issue/service", "common_name=bao.internal", environment: token).succeeded()
                let outcome = try await bao.run("pki", "health-check", "-format=json", "pki", environment: token)
                let findings = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
                #expect(findings?["crl_validity_period"] != nil, "\(outcome)")
                #expect(!outcome.errors.contains("panic"), "\(outcome)")
            }
        }

        /// The agent sleeps nine tenths of what is left of a certificate, and renders none of which less than a ninth is left. A server whose clock
        /// is behind the agent's issues certificates of the shortest life, of which most has passed: each sleep takes half a minute.
        @Test(.needs(.faketime))
        func `bao's agent logs in with a token file, renews its token, and renders a new certificate twice as the one before runs out`()
            async throws
        {
            try await Bao.servingShortLives { authority in
                let sandbox = authority.sandbox
                let secret = try await Bao.Client(authority: authority).run(
                    "token", "create", "-ttl=12s", "-explicit-max-ttl=1h", "-field=token",
                    environment: ["BAO_TOKEN": try authority.adminToken]
                ).succeeded().line
                let token = try sandbox.write(secret, to: "agent.token")
                let agent = try sandbox.start(
                    Programs.python("bao") ?? "bao", ["agent", "-config", try Bao.writeAgent(authority, tokenFile: token)])
                var rendered: [String] = []
                try await eventually("three certificates were rendered, not only \(rendered)\n\(agent.log)", within: .seconds(200)) {
                    guard FileManager.default.fileExists(atPath: sandbox.path("agent.pem")) else { return false }
                    let serial = try Bao.serialNumber(inRendered: try sandbox.read("agent.pem"))
                    if rendered.last != serial { rendered.append(serial) }
                    return rendered.count == 3
                }
                #expect(Set(rendered).count == 3 && agent.isRunning, "\(rendered)\n\(agent.log)")
                let pair = sandbox.path("agent.pem")
                try await sandbox.run("openssl", ["verify", "-CAfile", authority.data + "/chain.pem", pair]).succeeded()
                let certified = try await sandbox.run("openssl", ["x509", "-in", pair, "-noout", "-pubkey"]).succeeded().output
                #expect(try await sandbox.run("openssl", ["pkey", "-in", pair, "-pubout"]).succeeded().output == certified)
                let found = try await authority.admin("search", "--common-name", "agent.internal", "--all", "--json").succeeded()
                let known = try found.decoded(as: SearchResult.self).certificates.map(\.serialNumber)
                #expect(Set(rendered).isSubset(of: known), "\(rendered) \(known)")
                try await eventually("the agent has renewed its token twice\n\(agent.log)") {
                    agent.log.components(separatedBy: "renewed auth token").count > 2
                }
            }
        }
    }
}

extension AgainstRealPrograms.Bao {
    /// Runs `bao` against a CA; it keeps its token in the sandbox, its home.
    struct Client: Sendable {
        let authority: TestCA

        func run(_ arguments: String..., environment: [String: String] = [:], input: String? = nil) async throws -> Outcome {
            try await authority.sandbox.run(
                Programs.python("bao") ?? "bao", arguments,
                environment: ["BAO_ADDR": authority.address, "BAO_CACERT": authority.root].merging(environment) { $1 }, input: input)
        }
    }

    /// Serves a CA whose clock is so far behind that of a certificate of 300 s, the shortest, 37 s are left when it comes. It is not backdated: the
    /// agent measures what is left by the whole period.
    fileprivate static func servingShortLives(_ body: (TestCA) async throws -> Void) async throws {
        try await Sandbox.open { sandbox in
            let clock = try FakedClock(in: sandbox, showing: FakedClock.machine - 263)
            let authority = try await TestCA(in: sandbox, environment: clock.environment)
            let profile = authority.data + "/policies/profiles/service.yaml"
            let text = try sandbox.read(profile)
            try sandbox.write(text.replacing("not_before_duration: 1m", with: "not_before_duration: 0s"), to: profile)
            _ = try await authority.serve()
            try await body(authority)
        }
    }

    /// The agent's template writes the certificate, then those of its issuers, then the key.
    fileprivate static func serialNumber(inRendered pem: String) throws -> String {
        try #require(CertificateBundle(pem: pem).certificates.first).serialNumber.description
    }

    fileprivate static func writeAgent(_ authority: TestCA, tokenFile: String) throws -> String {
        try authority.sandbox.write(
            """
            vault {
              address = "\(authority.address)"
              ca_cert = "\(authority.root)"
            }
            auto_auth {
              method "token_file" {
                config = { token_file_path = "\(tokenFile)" }
              }
            }
            template {
              contents = "{{ with pkiCert \\"pki/issue/service\\" \\"common_name=agent.internal\\" \\"ttl=300s\\" }}{{ .Cert }}{{ .CA }}{{ .Key }}{{ end }}"
              destination = "\(authority.sandbox.path("agent.pem"))"
              perms = "0600"
            }
            """, to: "agent.hcl")
    }
}
