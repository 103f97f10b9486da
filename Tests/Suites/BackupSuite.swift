import APISchema
import Foundation
import Testing

extension AgainstRealPrograms {
    @Suite(.needs(.openssl, .curl)) struct Backups {
        @Test func `a backup is taken while the CA serves, and holds no secret that opens it`() async throws {
            try await withBackup { authority, backup in
                let sandbox = authority.sandbox
                #expect(try mode(backup.file) == 0o600)
                for secret in ["unseal.key", "admin.token"] {
                    let text = try sandbox.read(authority.data + "/" + secret).trimmingCharacters(in: .whitespacesAndNewlines)
                    #expect(!(try sandbox.octets(backup.file)).contains(Array(text.utf8)))
                }
                let target = sandbox.path("elsewhere")
                try await restore(backup, into: target, sandbox).succeeded()
                for name in ["unseal.key", "admin.token", "root"] {
                    #expect(!FileManager.default.fileExists(atPath: "\(target)/\(name)"), "\(name)")
                }
                for name in [
                    "config.yaml", "root.pem", "chain.pem", "issuers/devices.key", "policies/profiles/device.yaml", "ledger.sqlite",
                ] {
                    #expect(FileManager.default.fileExists(atPath: "\(target)/\(name)"), "\(name)")
                }
                #expect(try mode(target + "/ledger.sqlite") == 0o600 && mode(target + "/issuers/devices.key") == 0o600)
                let keys = try await sandbox.run("grep", ["-rl", "PRIVATE KEY", target])
                #expect(keys.output.isEmpty, "\(keys)")
            }
        }

        @Test(.needs(.hvac)) func `a program that is not ours reads what the description promises`() async throws {
            try await withBackup { authority, backup in
                let sandbox = authority.sandbox
                let phrase = try sandbox.write("correct horse battery staple\n", to: "phrase")
                let second = sandbox.path("second.backup")
                try await authority.server("backup", second, "--passphrase-file", phrase).succeeded()
                let python = try #require(Programs.python("python"))
                for (file, secret) in [(backup.file, backup.key), (second, phrase)] {
                    let read = try await sandbox.run(python, [Programs.foreign("open_backup.py"), file, secret]).succeeded().output
                    let lines = read.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
                    #expect(lines.first?.first == "manifest.json" && lines.last?.first == "ledger.sqlite")
                    let root = try await sandbox.run("sha256sum", [authority.root]).succeeded().output.prefix(64)
                    #expect(lines.contains { $0.first == "root.pem" && $0.last == String(root) })
                    #expect(!lines.contains { ["unseal.key", "admin.token"].contains($0[0]) || $0[0].hasPrefix("root/") })
                }
            }
        }

        @Test func `what is not a whole backup, or not ours, leaves nothing behind`() async throws {
            try await withBackup { authority, backup in
                let sandbox = authority.sandbox
                let octets = try sandbox.octets(backup.file)
                let target = sandbox.path("target")
                var flipped = octets
                flipped[octets.count / 2] ^= 1
                for (damaged, says) in [
                    (flipped, "altered"), (Array(octets.dropLast(1)), "altered or cut off"), (octets + [0], "altered or cut off"),
                    (Array("no backup".utf8), "not a backup"),
                ] {
                    let file = try sandbox.write(damaged, to: "damaged")
                    let refused = try await restore(Written(file: file, key: backup.key), into: target, sandbox)
                    #expect(refused.status == 1 && refused.errors.contains(says) && refused.errors.contains("remedy: "), "\(refused)")
                }
                let other = try sandbox.write(String(repeating: "ab", count: 32), to: "other.key")
                let wrong = try await restore(Written(file: backup.file, key: other), into: target, sandbox)
                #expect(wrong.status == 1 && wrong.errors.contains("does not open with the secret"), "\(wrong)")
                let open = try sandbox.write(try sandbox.read(backup.key), to: "open.key", mode: 0o644)
                let exposed = try await restore(Written(file: backup.file, key: open), into: target, sandbox)
                #expect(exposed.status == 1 && exposed.errors.contains("chmod 600"), "\(exposed)")
                let none = try await sandbox.run(Programs.server, ["restore", backup.file, "--data", target])
                #expect(none.status == 1 && none.errors.contains("--key-file"), "\(none)")
                let left = try FileManager.default.contentsOfDirectory(atPath: sandbox.folder).filter { $0.hasPrefix("target") }
                #expect(left.isEmpty, "\(left)")
                let occupied = try await restore(backup, into: authority.data, sandbox)
                #expect(occupied.status == 1 && occupied.errors.contains("there is a ledger"), "\(occupied)")
            }
        }

        @Test func `where only the ledger was lost, it comes back and what is there stays`() async throws {
            try await withBackup { authority, backup in
                let sandbox = authority.sandbox
                let server = try await authority.serve()
                try await authority.waitForPublication(of: authority.revoke(authority.enrolDevice(deviceID(2))))
                try await server.stop().succeeded()
                try removeLedger(authority)
                let list = try sandbox.octets("ca/published/devices.crl")
                let token = try authority.adminToken
                let done = try await restore(backup, into: authority.data, sandbox).succeeded()
                #expect(done.output.contains("published/devices.crl"), "\(done)")
                #expect(try sandbox.octets("ca/published/devices.crl") == list && authority.adminToken == token)
                let refused = try await authority.launch().outcome()
                #expect(refused.status == 1 && refused.errors.contains("--recover"), "\(refused)")
                let busy = try await authority.server("admin-token")
                #expect(busy.status == 1 && busy.errors.contains("--recover"), "\(busy)")

                let recovered = try await authority.serve("--recover")
                try await eventually("the revocation is listed again") { try await entries(authority) == 1 }
                try await authority.admin("search").succeeded()
                try await recovered.stop().succeeded()
                try await authority.server("verify").succeeded()
                try await authority.serve().stop().succeeded()
            }
        }

        @Test func `an old ledger without a mark is noticed by the anchor, and by a publisher's copy`() async throws {
            try await Sandbox.open { sandbox in
                let authority = try await TestCA(in: sandbox)
                let config = try sandbox.read("ca/config.yaml")
                let anchored = config + "\nledger:\n  anchor: \(sandbox.path("anchor.json"))\n"
                try sandbox.write(anchored, to: "ca/config.yaml", mode: 0o644)
                // No process has that number.
                let leftover = try sandbox.write("", to: "anchor.json.99999999.1.tmp")
                try await authority.serve().stop().succeeded()
                #expect(!FileManager.default.fileExists(atPath: leftover))
                let folder = sandbox.path("old")
                try FileManager.default.copyItem(atPath: authority.data, toPath: folder)

                let server = try await authority.serve()
                let device = try await authority.enrolDevice(deviceID(1))
                try await authority.waitForPublication(of: authority.revoke(device))
                let publisher = sandbox.path("publisher")
                try await sandbox.run(
                    Programs.publisher,
                    ["once", "--source", authority.publicAddress, "--trust", authority.root, "--output", publisher]
                ).succeeded()
                try await server.stop().succeeded()
                // The whole folder of before: ledger and published files agree with each other.
                try FileManager.default.removeItem(atPath: authority.data)
                try FileManager.default.copyItem(atPath: folder, toPath: authority.data)
                let byAnchor = try await authority.launch().outcome()
                #expect(byAnchor.status == 1 && byAnchor.errors.contains("older than the anchor"), "\(byAnchor)")

                try sandbox.write(config, to: "ca/config.yaml", mode: 0o644)
                let byCopy = try await authority.launch("--published", publisher).outcome()
                #expect(byCopy.status == 1 && byCopy.errors.contains("older than a published CRL"), "\(byCopy)")
                try sandbox.write(config + "\nledger: {published: [\(publisher)]}\n", to: "ca/config.yaml", mode: 0o644)
                #expect(try await authority.launch().outcome().status == 1)

                try sandbox.write(anchored, to: "ca/config.yaml", mode: 0o644)
                let recovered = try await authority.serve("--recover", "--published", publisher)
                let before = try await number(publisher + "/devices.crl", sandbox)
                try await eventually("a list with a higher number is published") {
                    try await number(authority.fetch("crl/devices.crl"), sandbox) > before
                }
                #expect(try await entries(authority) == 1)
                try await recovered.stop().succeeded()
                try await authority.serve().stop().succeeded()
                try await authority.server("verify").succeeded()
            }
        }

        @Test func `a list that is not ours is no evidence`() async throws {
            try await Sandbox.open { sandbox in
                let authority = try await TestCA(in: sandbox)
                let forged = sandbox.path("forged")
                try FileManager.default.createDirectory(atPath: forged, withIntermediateDirectories: false)
                var octets = try sandbox.octets("ca/published/devices.crl")
                octets[octets.count - 5] ^= 1
                try sandbox.write(octets, to: forged + "/devices.crl")
                for options in [["--published", forged], ["--recover", "--published", forged]] {
                    let refused = try await authority.launch(options).outcome()
                    #expect(refused.status == 1 && refused.errors.contains("not signed by our devices"), "\(refused)")
                }
                let nothing = try await authority.launch("--recover", "--published", sandbox.folder).outcome()
                #expect(nothing.status == 1 && nothing.errors.contains("no list of this CA"), "\(nothing)")
            }
        }

        /// A backup and the key that opens it.
        struct Written: Sendable {
            let file: String
            let key: String
        }

        /// A CA with a device, backed up while it served and then stopped.
        private func withBackup(_ body: (TestCA, Written) async throws -> Void) async throws {
            try await Sandbox.open { sandbox in
                let authority = try await TestCA(in: sandbox)
                let server = try await authority.serve()
                _ = try await authority.enrolDevice(deviceID(1))
                let backup = Written(file: sandbox.path("ca.backup"), key: sandbox.path("backup.key"))
                try await authority.server("backup", backup.file, "--new-key-file", backup.key).succeeded()
                try await server.stop().succeeded()
                try await body(authority, backup)
            }
        }

        private func restore(_ backup: Written, into data: String, _ sandbox: Sandbox) async throws -> Outcome {
            try await sandbox.run(Programs.server, ["restore", backup.file, "--data", data, "--key-file", backup.key])
        }

        private func removeLedger(_ authority: TestCA) throws {
            for suffix in ["", "-wal", "-shm"] where FileManager.default.fileExists(atPath: authority.data + "/ledger.sqlite" + suffix) {
                try FileManager.default.removeItem(atPath: authority.data + "/ledger.sqlite" + suffix)
            }
        }

        private func entries(_ authority: TestCA) async throws -> Int? {
            try await authority.publishedIndex().issuers.first { $0.name == "devices" }?.entries
        }

        /// The CRL number as OpenSSL reads it.
        private func number(_ file: String, _ sandbox: Sandbox) async throws -> Int {
            let line = try await sandbox.run("openssl", ["crl", "-inform", "der", "-in", file, "-noout", "-crlnumber"]).succeeded().line
            return try #require(Int(line.replacingOccurrences(of: "crlNumber=0x", with: ""), radix: 16))
        }

        private func mode(_ path: String) throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        }
    }
}

extension Array where Element == UInt8 {
    /// Whether another array's elements stand in it, one after the other.
    fileprivate func contains(_ other: [UInt8]) -> Bool { Data(self).range(of: Data(other)) != nil }
}
