import Foundation
import Testing

extension AgainstRealPrograms {
    @Suite(.needs(.openssl, .curl)) struct CommandLines {
        @Test(
            arguments: [
                ["client", "enroll", "--out", "x"], ["client", "ticket", "create", "--profile", "device"],
                ["client", "ticket", "create", "--profile", "device", "--id", "a", "--pattern", "b"], ["client", "trust"],
                ["client", "revoke", "4f:00", "--reason", "whim"], ["client", "nonsense"], ["client", "search", "--token", "s.x"],
                ["server", "init"], ["server", "serve"], ["server", "nonsense"], ["publisher", "run"],
                ["publisher", "run", "--source", "ftp://x", "--trust", "x", "--output", "x"],
            ])
        func `wrong usage ends with status 64 and says what is right`(_ words: [String]) async throws {
            try await Sandbox.open { sandbox in
                let programs = ["client": Programs.client, "server": Programs.server, "publisher": Programs.publisher]
                let outcome = try await sandbox.run(try #require(programs[words[0]]), Array(words.dropFirst()))
                #expect(outcome.status == 64 && outcome.output.isEmpty && !outcome.errors.isEmpty, "\(outcome)")
            }
        }

        @Test func `every command has help with an example, on standard output`() async throws {
            try await Sandbox.open { sandbox in
                let client = ["trust", "ticket", "enroll", "renew", "agent", "revoke", "search", "show", "status", "token", "audit"]
                let commands =
                    client.map { [Programs.client, $0] } + ["init", "serve", "verify", "root"].map { [Programs.server, $0] }
                    + ["run", "once"].map { [Programs.publisher, $0] }
                for command in commands {
                    let outcome = try await sandbox.run(command[0], [command[1], "--help"])
                    #expect(outcome.status == 0 && outcome.output.contains("Example"), "\(outcome)")
                }
            }
        }

        @Test func `trust believes the right fingerprint only, in any spelling, and else writes nothing`() async throws {
            try await TestCA.serving { authority in
                let printed = try await authority.sandbox.run(
                    "openssl", ["x509", "-in", authority.root, "-noout", "-fingerprint", "-sha256"])
                let colons = try #require(printed.line.split(separator: "=").last).uppercased()
                for (number, spelling) in [colons, colons.lowercased(), colons.replacingOccurrences(of: ":", with: "")].enumerated() {
                    let file = authority.sandbox.path("trusted-\(number).pem")
                    try await authority.client("trust", "--fingerprint", spelling, "--out", file).succeeded()
                    #expect(try authority.sandbox.read(file).contains("BEGIN CERTIFICATE"))
                }
                let wrong = try await authority.client(
                    "trust", "--fingerprint", String(colons.reversed()), "--out", authority.sandbox.path("wrong.pem"))
                #expect(wrong.status == 1 && wrong.errors.contains("remedy: "), "\(wrong)")
                #expect(!FileManager.default.fileExists(atPath: authority.sandbox.path("wrong.pem")))
            }
        }

        @Test func `with --json standard output is one JSON object, and a ticket is printed alone`() async throws {
            try await TestCA.serving { authority in
                let device = try await authority.enrolDevice(deviceID(1))
                let commands: [[String]] = [
                    ["search"], ["show", try await device.serialNumber()], ["show", device.certificate], ["status"],
                    ["status", "--dir", device.folder], ["audit"], ["token", "create", "--policy", "auditor", "--ttl", "1h"],
                    ["ticket", "create", "--profile", "device", "--id", deviceID(2)],
                    ["revoke", try await device.serialNumber(), "--reason", "superseded"],
                ]
                for command in commands {
                    let outcome = try await authority.admin(command + ["--json"]).succeeded()
                    let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
                    #expect(object?.isEmpty == false, "\(outcome)")
                }
                let ticket = try await authority.admin(["ticket", "create", "--profile", "device", "--id", deviceID(3)]).succeeded()
                #expect(ticket.output.split(whereSeparator: \.isWhitespace).count == 1 && ticket.errors.isEmpty, "\(ticket)")
            }
        }
    }
}
