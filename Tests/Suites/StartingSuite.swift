import Foundation
import Testing

extension AgainstRealPrograms {
    @Suite(.needs(.openssl, .curl)) struct Starting {
        @Test func `init refuses a folder that is not empty, and leaves it as it is`() async throws {
            try await Sandbox.open { sandbox in
                let authority = try await TestCA(in: sandbox)
                let root = try sandbox.read(authority.root)
                let second = try await sandbox.run(Programs.server, ["init", "--data", authority.data, "--organization", "Acme"])
                expectRefused(second, says: authority.data, "a second init")
                #expect(try sandbox.read(authority.root) == root)
            }
        }

        @Test func `init takes a fresh file system, which has a folder of its own`() async throws {
            try await Sandbox.open { sandbox in
                let folder = sandbox.path("ca/lost+found")
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                let authority = try await TestCA(in: sandbox)
                let server = try await authority.serve()
                try await server.stop().succeeded()
                try await authority.server("verify").succeeded()
                #expect(FileManager.default.fileExists(atPath: folder))
            }
        }

        @Test func `init writes what the contract names, and secrets are for their owner alone`() async throws {
            try await Sandbox.open { sandbox in
                let authority = try await TestCA(in: sandbox)
                for name in ["config.yaml", "root.pem", "chain.pem", "policies", "root", "published"] {
                    #expect(FileManager.default.fileExists(atPath: authority.data + "/" + name), "\(name)")
                }
                for name in ["admin.token", "unseal.key"] {
                    #expect(try mode(authority.data + "/" + name) == 0o600, "\(name)")
                }
                let chain = try sandbox.read(authority.data + "/chain.pem")
                #expect(chain.components(separatedBy: "BEGIN CERTIFICATE").count == 4)
                let keys = try await sandbox.run("grep", ["-rl", "PRIVATE KEY", authority.data])
                #expect(!keys.output.contains("pem"), "a key lies there unsealed: \(keys)")
            }
        }

        @Test func `a secret that others can read is refused with the command that mends it`() async throws {
            try await Sandbox.open { sandbox in
                let authority = try await TestCA(in: sandbox)
                let key = authority.data + "/unseal.key"
                try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: key)
                expectRefused(try await authority.launch().outcome(), says: "chmod 600", "a readable unseal.key")
                try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key)

                _ = try await authority.serve()
                try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: authority.data + "/admin.token")
                expectRefused(try await authority.admin("search"), says: "chmod 600", "a readable token")
            }
        }

        @Test func `the server starts neither with another's key nor with another's certificate`() async throws {
            try await Sandbox.open { sandbox in
                let authority = try await TestCA(in: sandbox)
                let key = try sandbox.read(authority.data + "/unseal.key")
                try sandbox.write(String(repeating: "0", count: 64) + "\n", to: authority.data + "/unseal.key")
                expectRefused(try await authority.launch().outcome(), says: "unseal", "a wrong unseal.key")
                try sandbox.write(key, to: authority.data + "/unseal.key")

                for (ending, says) in [("pem", "does not belong"), ("key", "'services'")] {
                    let file = "\(authority.data)/issuers/devices.\(ending)"
                    let own = try sandbox.octets(file)
                    try sandbox.write(try sandbox.octets("\(authority.data)/issuers/services.\(ending)"), to: file)
                    expectRefused(try await authority.launch().outcome(), says: says, file)
                    try sandbox.write(own, to: file)
                }
                _ = try await authority.serve()
            }
        }

        @Test func `serve works without the root's key, and only a ceremony needs it`() async throws {
            try await Sandbox.open { sandbox in
                let authority = try await TestCA(in: sandbox)
                let away = sandbox.path("root-in-the-safe")
                try FileManager.default.moveItem(atPath: authority.data + "/root", toPath: away)
                let server = try await authority.serve()
                _ = try await authority.enrolDevice(deviceID(1))
                try await server.stop().succeeded()
                expectRefused(try await authority.server("root", "crl"), says: "root", "a root CRL without the root's key")
                try FileManager.default.moveItem(atPath: away, toPath: authority.data + "/root")
                try await authority.server("root", "crl").succeeded()
            }
        }

        @Test func `neither a second server on the same folder nor one on a taken address starts`() async throws {
            try await Sandbox.open { sandbox in
                let authority = try await TestCA(in: sandbox)
                _ = try await authority.serve()
                let second = try sandbox.start(
                    Programs.server,
                    [
                        "serve", "--data", authority.data, "--listen", "127.0.0.1:\(FreePorts.next())", "--public",
                        "127.0.0.1:\(FreePorts.next())",
                    ])
                expectRefused(try await second.outcome(), says: "another server", "a second server on the same folder")

                let other = sandbox.path("other")
                try await sandbox.run(Programs.server, ["init", "--data", other, "--organization", "Acme"]).succeeded()
                let neighbour = try sandbox.start(
                    Programs.server,
                    ["serve", "--data", other, "--listen", "127.0.0.1:\(authority.port)", "--public", "127.0.0.1:\(FreePorts.next())"])
                expectRefused(try await neighbour.outcome(), says: "127.0.0.1:\(authority.port)", "a server on a taken address")
                #expect(try await authority.isHealthy())
            }
        }

        @Test func `a setting that does not exist is refused by file and line`() async throws {
            try await Sandbox.open { sandbox in
                let authority = try await TestCA(in: sandbox)
                let file = authority.data + "/config.yaml"
                try sandbox.write(try sandbox.read(file) + "\nlisten_adress: 127.0.0.1:1\n", to: file, mode: 0o644)
                expectRefused(try await authority.launch().outcome(), says: "config.yaml:", "an unknown setting")
            }
        }

        private func mode(_ path: String) throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        }

        private func expectRefused(_ outcome: Outcome, says: String, _ name: String, _ location: SourceLocation = #_sourceLocation) {
            #expect(
                outcome.status == 1 && outcome.errors.contains("remedy: ") && outcome.errors.contains(says), "\(name): \(outcome)",
                sourceLocation: location)
        }
    }
}
