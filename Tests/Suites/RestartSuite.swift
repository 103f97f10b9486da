import Foundation
import Testing

extension AgainstRealPrograms {
    @Suite(.needs(.openssl, .curl)) struct Restarts {
        @Test func `a restart keeps certificates, revocations, tickets, tokens and list numbers`() async throws {
            try await Sandbox.open { sandbox in
                let authority = try await TestCA(in: sandbox)
                let server = try await authority.serve()
                let kept = try await authority.enrolDevice(deviceID(1))
                let revoked = try await authority.enrolDevice(deviceID(2))
                let ticket = try await authority.deviceTicket("--id", deviceID(3), "--organization", "Acme")
                let receipt = try await authority.revoke(revoked)
                try await authority.waitForPublication(of: receipt)
                try await server.stop().succeeded()

                let second = try await authority.serve()
                let state = try await authority.admin("show", receipt.serialNumber, "--json").succeeded().output
                #expect(state.contains("\"revoked\""), "\(state)")
                try await authority.client("renew", "--dir", kept.folder, "--force").succeeded()
                try await authority.client(
                    "enroll", "--profile", "device", "--id", deviceID(3), "--out", sandbox.path("third"), environment: ["CA_TICKET": ticket]
                ).succeeded()
                let later = try await authority.revoke(kept, reason: "superseded")
                #expect(later.crlNumber > receipt.crlNumber)
                try await authority.waitForPublication(of: later)
                try await second.stop().succeeded()
            }
        }

        @Test func `a new admin token is made with the server stopped, and works`() async throws {
            try await Sandbox.open { sandbox in
                let authority = try await TestCA(in: sandbox)
                let server = try await authority.serve()
                let busy = try await authority.server("admin-token")
                #expect(busy.status == 1 && busy.everything.contains("another server has this ledger open"), "\(busy)")
                try await server.stop().succeeded()
                let before = try authority.adminToken
                try await authority.server("admin-token").succeeded()
                #expect(try authority.adminToken != before)
                let second = try await authority.serve()
                try await authority.admin("search").succeeded()
                try await second.stop().succeeded()
                try await authority.server("verify").succeeded()
            }
        }

        @Test func `a kill without warning loses nothing that was answered`() async throws {
            try await Sandbox.open { sandbox in
                let authority = try await TestCA(in: sandbox)
                let server = try await authority.serve()
                let device = try await authority.enrolDevice(deviceID(1))
                let receipt = try await authority.revoke(device)
                _ = try await server.stop(SIGKILL)
                let second = try await authority.serve()
                try await authority.waitForPublication(of: receipt)
                try await second.stop().succeeded()
                try await authority.server("verify").succeeded()
            }
        }

        @Test func `with the CA down a service with a valid pair starts at once, and one without waits`() async throws {
            try await Sandbox.open { sandbox in
                let authority = try await TestCA(in: sandbox)
                let server = try await authority.serve()
                let service = try await authority.enrolService("api.internal")
                try await server.stop().succeeded()
                try await authority.client("agent", "--dir", service.folder, "--once", "--wait").succeeded()

                let waiting = try sandbox.start(
                    Programs.client,
                    [
                        "agent", "--dir", sandbox.path("new"), "--profile", "service", "--dns", "new.internal", "--once", "--wait",
                    ],
                    environment: [
                        "CA_ADDR": authority.address, "CA_CACERT": authority.root, "CA_TOKEN_FILE": authority.data + "/admin.token",
                    ])
                try await eventually("the agent has tried") { !waiting.log.isEmpty }
                #expect(waiting.isRunning)
                let second = try await authority.serve()
                try await waiting.outcome(within: .seconds(90)).succeeded()
                #expect(FileManager.default.fileExists(atPath: sandbox.path("new/cert.pem")))
                try await second.stop().succeeded()
            }
        }

        @Test func `SIGHUP takes new policies, and keeps the old ones when the new are bad`() async throws {
            try await Sandbox.open { sandbox in
                let authority = try await TestCA(in: sandbox)
                let server = try await authority.serve()
                let profiles = authority.data + "/policies/profiles/"
                let device = try sandbox.read(profiles + "device.yaml")

                try sandbox.write(device, to: profiles + "gateway.yaml", mode: 0o644)
                server.send(SIGHUP)
                try await eventually("the new profile is served") { try await roles(authority).contains("gateway") }

                try sandbox.write("ttl: [soon\n", to: profiles + "device.yaml", mode: 0o644)
                server.send(SIGHUP)
                try await eventually("the bad file is named") { server.log.contains("device.yaml:") }
                _ = try await authority.enrolDevice(deviceID(1))
                try await server.stop().succeeded()

                let refused = try await authority.launch().outcome()
                #expect(refused.status == 1 && refused.everything.contains("device.yaml:"), "\(refused)")
            }
        }

        private func roles(_ authority: TestCA) async throws -> String {
            try await authority.request("GET", "pki/roles?list=true", token: try authority.adminToken).body
        }
    }
}
