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
                let honest = sandbox.path("honest")
                try FileManager.default.copyItem(atPath: authority.data, toPath: honest)
                let deeds: [(deed: String, says: String)] = [
                    ("flip a byte of an audit row", "audit"), ("delete an audit row", "audit"), ("truncate the audit log", "audit"),
                    ("reorder two audit rows", "audit"), ("change a certificate", "certificate"), ("forget a revocation", "revo"),
                ]
                for (deed, says) in deeds {
                    try FileManager.default.removeItem(atPath: authority.data)
                    try FileManager.default.copyItem(atPath: honest, toPath: authority.data)
                    try await sandbox.run("python3", [Programs.foreign("tamper.py"), try ledger(authority), deed]).succeeded()
                    let found = try await authority.server("verify")
                    #expect(found.status == 1 && found.everything.lowercased().contains(says), "\(deed): \(found)")
                }
            }
        }

        @Test func `verify finds a published list that is not the ledger's`() async throws {
            try await Sandbox.open { sandbox in
                let authority = try await stoppedWithHistory(in: sandbox)
                let list = authority.data + "/published/devices.crl"
                let octets = try sandbox.octets(list)
                try sandbox.write(octets.dropLast() + [octets[octets.count - 1] ^ 1], to: list, mode: 0o644)
                let found = try await authority.server("verify")
                #expect(found.status == 1 && found.everything.contains("devices"), "\(found)")
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

        private func ledger(_ authority: TestCA) throws -> String {
            let names = try FileManager.default.contentsOfDirectory(atPath: authority.data)
            return authority.data + "/" + (try #require(names.first { $0.hasSuffix(".sqlite") || $0.hasSuffix(".db") }))
        }
    }
}
