import Foundation
import Testing

extension AgainstRealPrograms {
    @Suite(.needs(.openssl, .curl)) struct Tampering {
        @Test func `verify finds nothing wrong with an honest folder, served or stopped`() async throws {
            try await Sandbox.open { sandbox in
                let authority = try await TestCA(in: sandbox)
                try await authority.server("verify").succeeded()
                let server = try await authority.serve()
                try await authority.waitForPublication(of: authority.revoke(authority.enrolDevice(deviceID(1))))
                try await authority.server("verify").succeeded()
                try await server.stop().succeeded()
                try await authority.server("verify").succeeded()
            }
        }

        @Test func `verify names what was done to the ledger`() async throws {
            try await Sandbox.open { sandbox in
                let authority = try await stoppedWithHistory(in: sandbox)
                let deeds: [(deed: String, says: String)] = [
                    ("flip a byte of an audit row", "audit"), ("delete an audit row", "audit"), ("truncate the audit log", "audit"),
                    ("reorder two audit rows", "audit"), ("change a certificate", "certificate"), ("forget a revocation", "revo"),
                    ("give a token more rights", "token"),
                ]
                for (deed, says) in deeds {
                    try await onACopy(authority) { data in
                        try await sandbox.run("python3", [Programs.foreign("tamper.py"), data + "/ledger.sqlite", deed]).succeeded()
                        let found = try await verify(data, sandbox)
                        #expect(found.status == 1 && fault(found).contains(says), "\(deed): \(found)")
                    }
                }
            }
        }

        @Test func `verify finds each file that was published or printed and then changed or removed`() async throws {
            try await Sandbox.open { sandbox in
                let authority = try await stoppedWithHistory(in: sandbox)
                // Side by side: each has a copy of its own, and there is more than one core.
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for name in [
                        "published/devices.crl", "published/devices.crl.pem", "published/bundle.crl.pem", "published/index.json",
                        "published/devices.cer", "published/root.pem", "chain.pem", "root.pem", "issuers/devices.pem",
                        "issuers/devices.key",
                    ] {
                        group.addTask { try await expectFound(name, in: authority) }
                    }
                    try await group.waitForAll()
                }
            }
        }

        @Test func `a CRL number that was taken for nothing is named, and a start mends it`() async throws {
            try await Sandbox.open { sandbox in
                let authority = try await stoppedWithHistory(in: sandbox)
                try await sandbox.run(
                    "python3",
                    [
                        Programs.foreign("execute_sql.py"), authority.data + "/ledger.sqlite",
                        "UPDATE crl_state SET last_number = last_number + 1 WHERE issuer = 'services'",
                    ]
                ).succeeded()
                let found = try await verify(authority.data, sandbox)
                #expect(found.status == 1 && fault(found).contains("crl number") && fault(found).contains("of services"), "\(found)")
                let server = try await authority.serve()
                try await server.stop().succeeded()
                try await authority.server("verify").succeeded()
            }
        }

        @Test func `an index that is older than its lists is told as a publication that was cut short, and a start mends it`() async throws
        {
            try await Sandbox.open { sandbox in
                let authority = try await stoppedWithHistory(in: sandbox)
                let index = authority.data + "/published/index.json"
                let old = try sandbox.octets(index)
                let server = try await authority.serve()
                try await authority.waitForPublication(of: authority.revoke(authority.enrolDevice(deviceID(7))))
                try await server.stop().succeeded()
                try sandbox.write(old, to: index)
                let found = try await verify(authority.data, sandbox)
                #expect(found.status == 1 && fault(found).contains("cut short"), "\(found)")
                let next = try await authority.serve()
                try await next.stop().succeeded()
                try await authority.server("verify").succeeded()
            }
        }

        @Test func `a ledger that is missing or older than what was published is not served`() async throws {
            try await Sandbox.open { sandbox in
                let authority = try await TestCA(in: sandbox)
                let ledger = authority.data + "/ledger.sqlite"
                let old = try sandbox.octets(ledger)
                let server = try await authority.serve()
                try await authority.waitForPublication(of: authority.revoke(authority.enrolDevice(deviceID(1))))
                try await server.stop().succeeded()
                for suffix in ["", "-wal", "-shm"] where FileManager.default.fileExists(atPath: ledger + suffix) {
                    try FileManager.default.removeItem(atPath: ledger + suffix)
                }
                let missing = try await authority.launch().outcome()
                #expect(missing.status == 1 && missing.errors.contains("remedy: "), "\(missing)")
                try sandbox.write(old, to: ledger)
                let older = try await authority.launch().outcome()
                #expect(older.status == 1 && older.errors.contains("older"), "\(older)")
            }
        }

        /// Expects `verify` to find a file of the data directory that was changed, and then removed.
        private func expectFound(_ name: String, in authority: TestCA) async throws {
            let sandbox = authority.sandbox
            try await onACopy(authority, for: name) { data in
                let file = "\(data)/\(name)"
                let octets = try sandbox.octets(file)
                try sandbox.write(octets.dropLast(9) + [octets[octets.count - 9] ^ 1] + octets.suffix(8), to: file)
                let changed = try await verify(data, sandbox)
                #expect(changed.status == 1 && changed.errors.contains("remedy: "), "\(name): \(changed)")
                try FileManager.default.removeItem(atPath: file)
                #expect(try await verify(data, sandbox).status == 1, "\(name)")
            }
        }

        /// A CA that has enrolled and revoked, and was stopped.
        private func stoppedWithHistory(in sandbox: Sandbox) async throws -> TestCA {
            let authority = try await TestCA(in: sandbox)
            let server = try await authority.serve()
            _ = try await authority.enrolDevice(deviceID(1))
            try await authority.waitForPublication(of: authority.revoke(authority.enrolDevice(deviceID(2))))
            try await server.stop().succeeded()
            return authority
        }

        private func verify(_ data: String, _ sandbox: Sandbox) async throws -> Outcome {
            try await sandbox.run(Programs.server, ["verify", "--data", data])
        }

        /// The line that names the fault, after the steps that it names before.
        private func fault(_ outcome: Outcome) -> String {
            String(outcome.errors.split(separator: "\n").first { $0.contains("remedy: ") } ?? "").lowercased()
        }

        /// Runs the body on a copy of the data folder, so that each deed starts from an honest one.
        private func onACopy(
            _ authority: TestCA, for change: String = "", _ body: (_ data: String) async throws -> Void
        ) async throws {
            let copy = authority.sandbox.path("copy" + change.replacing("/", with: "-"))
            try FileManager.default.copyItem(atPath: authority.data, toPath: copy)
            try await body(copy)
            try FileManager.default.removeItem(atPath: copy)
        }
    }
}
