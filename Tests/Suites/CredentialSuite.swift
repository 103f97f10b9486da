import APISchema
import Foundation
import Testing

extension AgainstRealPrograms {
    @Suite(.needs(.openssl, .curl)) struct Credentials {
        @Test func `a ticket enrols its own device once, in its time, and no other`() async throws {
            try await TestCA.serving { authority in
                let ticket = try await authority.deviceTicket("--id", deviceID(1), "--organization", "Acme")
                expectRefused(try await enrol(authority, deviceID(2), ticket), "a foreign ticket")
                try await enrol(authority, deviceID(1), ticket).succeeded()
                expectRefused(try await enrol(authority, deviceID(1), ticket, folder: "again"), "a spent ticket with another key")

                let brief = try await authority.deviceTicket("--id", deviceID(3), "--organization", "Acme", "--ttl", "1s")
                for _ in 1...2 { try await nextSecond() }
                expectRefused(try await enrol(authority, deviceID(3), brief), "an expired ticket")

                let refusals = try await authority.admin("audit", "--result", "refused", "--json").succeeded().decoded(as: AuditPage.self)
                #expect(refusals.entries.count == 3, "\(refusals)")
            }
        }

        /// Whoever was killed when all was stored cannot tell it from a failure, and runs the same command again.
        @Test func `an enrolment that is run again after its end answers the certificate that is there`() async throws {
            try await TestCA.serving { authority in
                let ticket = try await authority.deviceTicket("--id", deviceID(1), "--organization", "Acme")
                try await enrol(authority, deviceID(1), ticket, folder: "device").succeeded()
                let folder = authority.sandbox.path("device")
                let before = try authority.sandbox.octets(folder + "/cert.pem")
                try await enrol(authority, deviceID(1), ticket, folder: "device").succeeded()
                #expect(try authority.sandbox.octets(folder + "/cert.pem") == before)
                #expect(!FileManager.default.fileExists(atPath: folder + "/pending.json"))
            }
        }

        @Test(.needs(.prlimit)) func `a limit on the size of files ends an enrolment with a remedy, and leaves no key`() async throws {
            try await Sandbox.open { sandbox in
                let authority = try await TestCA(in: sandbox)
                let folder = sandbox.path("device")
                // An RSA key is larger than that, and is on disk before the CA is asked.
                let outcome = try await sandbox.run(
                    "prlimit",
                    [
                        "--fsize=1024", Programs.client, "enroll", "--profile", "device", "--id", deviceID(1), "--key-type", "rsa-2048",
                        "--out", folder,
                    ], environment: ["CA_ADDR": authority.address, "CA_CACERT": authority.root, "CA_TICKET": "signet-ticket"])
                #expect(outcome.status == 1 && outcome.errors.contains("remedy: raise the limit on the size of files"), "\(outcome)")
                #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [".lock"])
            }
        }

        @Test func `a spent ticket with the same key answers the same certificate`() async throws {
            try await TestCA.serving { authority in
                let ticket = try await authority.deviceTicket("--id", deviceID(1), "--organization", "Acme", "--type", "sensor")
                let csr = try await SigningRequests(sandbox: authority.sandbox).pem(subject: "/CN=\(deviceID(1))")
                let first = try await authority.request("POST", "pki/sign/device", json: ["csr": csr], token: ticket)
                let second = try await authority.request("POST", "pki/sign/device", json: ["csr": csr], token: ticket)
                #expect(first.status == 200 && second.status == 200, "\(first)\n\(second)")
                #expect(try serialNumber(first) == serialNumber(second))
            }
        }

        @Test func `wrong and missing tokens are refused, and counted in the audit log`() async throws {
            try await Sandbox.open { sandbox in
                let authority = try await TestCA(in: sandbox)
                let server = try await authority.serve()
                let csr = try await SigningRequests(sandbox: sandbox).pem(subject: "/O=Acme/CN=\(deviceID(1))")
                for token in [nil, "", "s.wrong", String(repeating: "A", count: 8_000)] {
                    let answer = try await authority.request("POST", "pki/sign/device", json: ["csr": csr], token: token)
                    expectRefusal(answer, status: 403, "token \(token?.prefix(10) ?? "absent")")
                }
                // Anonymous refusals are written once a minute, and when the server ends.
                try await server.stop().succeeded()
                _ = try await authority.serve()
                let audit = try await authority.admin("audit", "--principal", "anonymous", "--json").succeeded()
                let attempts = try audit.decoded(as: AuditPage.self).entries.compactMap { Int($0.details["attempts"] ?? "") }
                #expect(attempts.reduce(0, +) == 4, "\(audit)")
            }
        }

        @Test func `a station ticket of twenty uses enrols twenty new devices, no twenty-first, and takes over nobody`() async throws {
            try await TestCA.serving { authority in
                _ = try await authority.enrolDevice(deviceID(99))
                let ticket = try await authority.deviceTicket(
                    "--pattern", "5e1f0000-*", "--organization", "Acme", "--type", "meter", "--uses", "20")
                expectRefused(try await enrol(authority, deviceID(99), ticket, folder: "taken-over"), "an identity that exists")
                expectRefused(try await enrol(authority, "0b9d2d3e-5a52-4c2c-9a40-6a2c5e5f0d01", ticket), "an identity outside the pattern")
                for number in 1...20 {
                    try await enrol(authority, deviceID(number), ticket).succeeded()
                }
                expectRefused(try await enrol(authority, deviceID(21), ticket), "the twenty-first")
            }
        }

        private func enrol(_ authority: TestCA, _ id: String, _ ticket: String, folder: String? = nil) async throws -> Outcome {
            try await authority.client(
                "enroll", "--profile", "device", "--id", id, "--out", authority.sandbox.path(folder ?? id),
                environment: ["CA_TICKET": ticket])
        }

        private func expectRefused(_ outcome: Outcome, _ name: String, _ location: SourceLocation = #_sourceLocation) {
            #expect(outcome.status == 1 && outcome.errors.contains("remedy: "), "\(name): \(outcome)", sourceLocation: location)
        }

        private func serialNumber(_ answer: HTTPAnswer) throws -> String? {
            let object = try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [String: Any]
            return (object?["data"] as? [String: Any])?["serial_number"] as? String
        }
    }
}
