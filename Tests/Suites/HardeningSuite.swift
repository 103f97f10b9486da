import Foundation
import Testing

extension AgainstRealPrograms {
    @Suite(.needs(.openssl, .curl)) struct Hardening {
        @Test func `a folder that init makes is its owner's alone, whatever the umask`() async throws {
            try await Sandbox.open { sandbox in
                let data = sandbox.path("ca")
                let command = "umask 0; exec '\(Programs.server)' init --data '\(data)' --organization Acme"
                try await sandbox.run("sh", ["-c", command]).succeeded()
                let found = try await sandbox.run("find", [data, "-perm", "/022"]).succeeded()
                #expect(found.output == "")
                #expect(try mode(data) == 0o700)
            }
        }

        @Test func `a server leaves no core dump and lets no neighbour look into its memory`() async throws {
            try await Sandbox.open { sandbox in
                let authority = try await TestCA(in: sandbox)
                let server = try await authority.serve()
                let process = "/proc/\(server.processIdentifier)"
                let limits = try String(contentsOfFile: "\(process)/limits", encoding: .utf8)
                let core = try #require(limits.split(separator: "\n").first { $0.hasPrefix("Max core file size") })
                #expect(core.split(separator: " ").dropFirst(4).prefix(2) == ["0", "0"])
                // The kernel gives the files of a process that must not be dumped to root, whoever runs it.
                let owner = try FileManager.default.attributesOfItem(atPath: "\(process)/environ")[.ownerAccountID] as? Int
                #expect(owner == 0)
                try await server.stop().succeeded()
            }
        }

        @Test func `health tells strangers the codes of alarms, and holders of a token all of them`() async throws {
            try await Sandbox.open { sandbox in
                let authority = try await TestCA(in: sandbox)
                let configuration = authority.data + "/config.yaml"
                let text = try sandbox.read(configuration)
                _ = try sandbox.write(Array((text + "\nledger:\n  anchor: '/nowhere/anchor.json'\n").utf8), to: "ca/config.yaml")
                let server = try await authority.serve()
                try await eventually("the alarm is raised") { try await !alarms(authority, nil).isEmpty }
                #expect(try await alarms(authority, nil) == ["anchor_not_written"])
                #expect(try await alarms(authority, "signet-token-wrong") == ["anchor_not_written"])
                #expect(try await alarms(authority, authority.adminToken).first?.contains("/nowhere/anchor.json") == true)
                let stranger = try await authority.client("status").succeeded().output
                #expect(stranger.contains("anchor_not_written") && !stranger.contains("/nowhere"), "\(stranger)")
                let holder = try await authority.admin("status").succeeded().output
                #expect(holder.contains("/nowhere/anchor.json"), "\(holder)")
                try await server.stop().succeeded()
            }
        }

        @Test func `nothing is issued from a CA that the root has revoked, and what else there is goes on`() async throws {
            try await Sandbox.open { sandbox in
                let authority = try await TestCA(in: sandbox)
                let server = try await authority.serve()
                let device = try await authority.enrolDevice(deviceID(1))
                try await authority.server("root", "crl", "--revoke", "devices", "--reason", "cACompromise").succeeded()
                try await eventually("the alarm is raised") { try await alarms(authority, nil) == ["ca_revoked"] }
                let refused = try await authority.sign(deviceID(2))
                #expect(refused.status == 400 && refused.body.contains("issuer_revoked"), "\(refused)")
                try await authority.waitForPublication(of: authority.revoke(device))
                try await authority.server("verify").succeeded()
                try await server.stop().succeeded()
                try await authority.serve().stop().succeeded()
            }
        }

        private func alarms(_ authority: TestCA, _ token: String?) async throws -> [String] {
            struct Health: Decodable { let alarms: [String] }
            return try await authority.request("GET", "sys/health", token: token).decoded(as: Health.self).alarms
        }

        private func mode(_ path: String) throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        }
    }
}
