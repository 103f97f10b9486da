import Foundation
import Testing

extension AgainstRealPrograms {
    @Suite(.needs(.curl)) struct Limits {
        /// curl waits as long as `Retry-After` says, and asks again.
        @Test func `a client that is refused for its number goes on after the time that it was told`() async throws {
            try await Sandbox.open { sandbox in
                let authority = try await TestCA(in: sandbox)
                let file = authority.data + "/policies/limits.yaml"
                let shipped = try sandbox.read(file)
                try sandbox.write(shipped.replacing("rate: 100, interval: 1m", with: "rate: 2, interval: 2s"), to: file, mode: 0o644)
                let server = try await authority.serve()
                for _ in 0..<100 { #expect(try await authority.request("GET", "sys/mounts", token: "nobody").status == 403) }
                let token = try await authority.admin("token", "create", "--policy", "auditor").succeeded().output
                    .trimmingCharacters(in: .whitespacesAndNewlines)
                var refused: HTTPAnswer?
                for _ in 0..<1_000 where refused == nil {
                    let answer = try await authority.request("GET", "sys/mounts", token: token)
                    if answer.status != 200 { refused = answer }
                }
                #expect(refused?.status == 429 && refused?.body.contains("rate_limited") == true, "\(String(describing: refused))")
                let patient = try await sandbox.run(
                    "curl",
                    [
                        "--silent", "--show-error", "--retry", "10", "--cacert", authority.root, "--header", "X-Vault-Token: \(token)",
                        "--dump-header", "-", "--output", sandbox.path("mounts"), authority.address + "/v1/sys/mounts",
                    ]
                ).succeeded()
                #expect(patient.output.contains("HTTP/1.1 200"), "\(patient)")

                try sandbox.write(shipped.replacing("rate: 100,", with: "rate: lots,"), to: file, mode: 0o644)
                server.send(SIGHUP)
                try await eventually("the bad file is named") { server.log.contains("limits.yaml:11: field 'classes.authenticated.rate'") }
                try sandbox.write(
                    shipped + "endpoints:\n  - {path: sys/mount, class: premium}\n", to: file, mode: 0o644)
                server.send(SIGHUP)
                try await eventually("the unknown endpoint is named") { server.log.contains("no endpoint has the path 'sys/mount'") }
                try await server.stop().succeeded()

                // A folder of an older version has no such file.
                try FileManager.default.removeItem(atPath: file)
                let second = try await authority.serve()
                for _ in 0..<30 { #expect(try await authority.request("GET", "sys/mounts", token: "nobody").status == 403) }
                #expect(second.log.contains("requests are not limited"))
                try await second.stop().succeeded()
            }
        }
    }
}
