import APISchema
import Foundation
import Testing

private let day: Int64 = 86_400

extension AgainstRealPrograms {
    /// The server's clock is set while it runs, or was wrong when it started; everybody else's is right.
    @Suite(.needs(.openssl, .curl, .faketime)) struct SteppedClock {
        @Test func `two hours back: nothing is issued, revocation and reading go on, lists wait, and all is well when the clock is right`()
            async throws
        {
            try await TestCA.withFakedServer { authority, clock in
                let server = try await authority.serve()
                let device = try await authority.enrolDevice(deviceID(1))
                let before = try await authority.publishedIndex()
                try clock.step(to: -7_200)
                try await expectRefusal(try await authority.sign(deviceID(2)), "clock_behind")
                try await authority.waitForAlarm("the CA's clock went back")
                #expect(server.log.contains("clock is not believed"))

                let receipt = try await authority.revoke(device)
                #expect(receipt.revocationTime > FakedClock.machine - 600)
                try await authority.waitForAlarm("CRL of devices: the clock went back")
                let meanwhile = try await authority.publishedIndex()
                #expect(meanwhile.issuers.map(\.crlNumber) == before.issuers.map(\.crlNumber))
                #expect(try await authority.admin("show", receipt.serialNumber, "--json").succeeded().output.contains("revoked"))

                try clock.step(to: 0)
                try await authority.waitForPublication(of: receipt)
                try await expectCRL(authority, after: before)
                #expect(try await authority.alarms().isEmpty)
                _ = try await authority.enrolDevice(deviceID(3))
                try await server.stop().succeeded()
                try await authority.server("verify").succeeded()
            }
        }

        @Test func `a day forward: nothing is issued, lists and revocations go on with the right dates, until the clock returns`()
            async throws
        {
            try await TestCA.withFakedServer { authority, clock in
                let server = try await authority.serve()
                let device = try await authority.enrolDevice(deviceID(1))
                let before = try await authority.publishedIndex()
                try clock.step(to: day)
                try await expectRefusal(try await authority.sign(deviceID(2)), "clock_ahead")
                try await authority.waitForAlarm("the CA's clock jumped forward")
                let receipt = try await authority.revoke(device)
                try await authority.waitForPublication(of: receipt)
                #expect(abs(receipt.revocationTime - FakedClock.machine) < 60)
                try await expectCRL(authority, after: before)

                try clock.step(to: 0)
                _ = try await authority.enrolDevice(deviceID(3))
                #expect(try await authority.alarms().isEmpty)
                // The operator's confirmation that the new time is right: a restart.
                try clock.step(to: day)
                try await expectRefusal(try await authority.sign(deviceID(4)), "clock_ahead")
                try await server.stop().succeeded()
                authority.sandbox.surround(with: clock.environment)
                let second = try await authority.serve()
                _ = try await authority.enrolDevice(deviceID(4))
                #expect(try await authority.alarms().contains { $0.contains("nothing was recorded between") })
                try await second.stop().succeeded()
                try await authority.server("verify").succeeded()
            }
        }

        @Test func `a start in 1970: revocation works with the certificate of the newest time known, issuance when the clock is right`()
            async throws
        {
            try await TestCA.withFakedServer { authority, clock in
                let first = try await authority.serve()
                let device = try await authority.enrolDevice(deviceID(1))
                let before = try await authority.publishedIndex()
                try await first.stop().succeeded()
                try clock.step(to: 1_000 - FakedClock.machine)
                let second = try await authority.serve()
                try await expectRefusal(try await authority.sign(deviceID(2)), "clock_behind")
                let receipt = try await authority.revoke(device)
                #expect(abs(receipt.revocationTime - FakedClock.machine) < 60)
                try clock.step(to: 0)
                try await authority.waitForPublication(of: receipt)
                try await expectCRL(authority, after: before)
                _ = try await authority.enrolDevice(deviceID(2))
                try await second.stop().succeeded()
                try await authority.server("verify").succeeded()
            }
        }

        @Test func `a start a day ahead that the network corrects: refused until a person says that the clock is right now`() async throws {
            try await TestCA.withFakedServer { authority, clock in
                let first = try await authority.serve()
                let device = try await authority.enrolDevice(deviceID(1))
                try await first.stop().succeeded()
                try clock.step(to: day)
                let second = try authority.launch()
                try await eventually("lists are made a day ahead") {
                    try indexOnDisk(authority).issuers.contains { $0.thisUpdate > FakedClock.machine + day / 2 }
                }
                try clock.step(to: 0)
                try await second.stop().succeeded()
                let before = try indexOnDisk(authority)
                let found = try await authority.server("verify")
                #expect(
                    found.status == 1 && found.errors.contains("is not valid before") && found.errors.contains("--trust-clock"), "\(found)")

                // Its own certificate is of tomorrow too, so nobody whose clock is right can ask it.
                let third = try authority.launch()
                try await eventually("it serves") { third.log.contains("listening") }
                #expect(third.log.contains("restart with serve --trust-clock"), "\(third.log)")
                try await third.stop().succeeded()
                let fourth = try await authority.serve("--trust-clock")
                let receipt = try await authority.revoke(device)
                try await authority.waitForPublication(of: receipt)
                try await expectCRL(authority, after: before, isNewer: false)
                _ = try await authority.enrolDevice(deviceID(2))
                let audit = try await authority.admin("audit", "--action", "start", "--json").succeeded().output
                #expect(audit.contains("trusted"), "\(audit)")
                try await fourth.stop().succeeded()
                // Said once, it is known.
                let fifth = try await authority.serve()
                _ = try await authority.enrolDevice(deviceID(3))
                #expect(try await authority.alarms().isEmpty)
                try await fifth.stop().succeeded()
                try await authority.server("verify").succeeded()
            }
        }

        /// For a time at which nobody can reach the server.
        private func indexOnDisk(_ authority: TestCA) throws -> PublishedIndex {
            let octets = try authority.sandbox.octets(authority.data + "/published/index.json")
            return try JSONDecoder().decode(PublishedIndex.self, from: Data(octets))
        }

        private func expectRefusal(_ answer: HTTPAnswer, _ code: String) async throws {
            #expect(answer.status == 503 && !answer.body.contains("BEGIN CERTIFICATE"), "\(answer)")
            let refusal = try answer.decoded(as: ErrorBody.self)
            #expect(refusal.code == code)
            #expect(refusal.errors.first?.contains("remedy:") == true, "\(answer)")
        }

        /// OpenSSL, whose clock is right, takes the devices' list; its number rose, and so did thisUpdate.
        private func expectCRL(_ authority: TestCA, after before: PublishedIndex, isNewer: Bool = true) async throws {
            let known = try #require(before.issuers.first { $0.name == "devices" })
            let now = try #require(try await authority.publishedIndex().issuers.first { $0.name == "devices" })
            #expect(now.crlNumber > known.crlNumber && now.thisUpdate <= FakedClock.machine)
            #expect((now.thisUpdate > known.thisUpdate) == isNewer)
            let bundle = try await authority.fetch("crl/bundle.crl.pem")
            let device = Enrolled(folder: authority.sandbox.path("device-" + deviceID(1)), sandbox: authority.sandbox)
            let verdict = try await authority.sandbox.run(
                "openssl",
                [
                    "verify", "-x509_strict", "-crl_check_all", "-CAfile", authority.root, "-CRLfile", bundle, "-untrusted", device.chain,
                    device.certificate,
                ])
            #expect(verdict.status != 0 && verdict.everything.contains("certificate revoked"), "\(verdict)")
        }
    }
}
