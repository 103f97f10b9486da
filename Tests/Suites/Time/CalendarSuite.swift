import Foundation
import Testing

private let device: Int64 = 2_592_000
private let listLife: Int64 = 7 * 86_400
private let listBackdate: Int64 = 120

/// A moment at which calendars and encodings turn.
struct Moment: Sendable, CustomTestStringConvertible {
    let name: String
    /// Seconds since 1970 when the CA is made.
    let start: Int64
    var testDescription: String { name }

    static let turnOfForms = Moment(name: "seconds before 2050", start: 2_524_607_990)
    static let all =
        [turnOfForms]
        + (Torture.isLong
            ? [
                Moment(name: "29 February 2028", start: 1_835_438_400), Moment(name: "seconds before 2^31", start: 2_147_483_642),
                Moment(name: "the first minutes of 2050", start: 2_524_608_600), Moment(name: "29 February 2096", start: 3_981_312_000),
            ] : [])
}

extension AgainstRealPrograms {
    /// Everybody sees the same clock, which is far from the machine's.
    @Suite(.needs(.openssl, .curl, .faketime)) struct CalendarTurns {
        @Test(arguments: Moment.all) func `certificates and lists have the right times in the right form`(_ moment: Moment) async throws {
            try await Sandbox.open { sandbox in
                sandbox.surround(with: try FakedClock(in: sandbox, showing: moment.start).environment)
                let authority = try await TestCA(in: sandbox)
                let server = try await authority.serve()
                let kept = try await authority.enrolDevice(deviceID(1))
                let revoked = try await authority.enrolDevice(deviceID(2))
                let validity = try await EncodedTime.all(in: kept.certificate, form: "PEM", sandbox)
                try #require(validity.count == 2, "\(validity)")
                #expect(validity.allSatisfy { $0.hasRightForm }, "\(validity)")
                #expect(validity[1].seconds - validity[0].seconds + 1 == device)
                #expect((moment.start - 300...moment.start + 60).contains(validity[0].seconds))

                try await authority.waitForPublication(of: try await authority.revoke(revoked))
                let list = try await EncodedTime.all(in: try await authority.fetch("crl/devices.crl"), form: "DER", sandbox)
                try #require(list.count == 3, "\(list)")
                #expect(list.allSatisfy { $0.hasRightForm }, "\(list)")
                #expect((listLife...listLife + listBackdate).contains(list[1].seconds - list[0].seconds))
                #expect((moment.start...moment.start + 60).contains(list[2].seconds))

                #expect(try await verify(kept, authority).status == 0)
                #expect(try await verify(revoked, authority).everything.contains("certificate revoked"))
                try await authority.client("renew", "--dir", kept.folder, "--force").succeeded()
                #expect(try await authority.alarms().isEmpty)
                try await server.stop().succeeded()
                try await authority.server("verify").succeeded()
            }
        }

        @Test func `no certificate outlives its CA: what would is refused, what ends before is issued, and an alarm comes years ahead`()
            async throws
        {
            try await Sandbox.open { sandbox in
                let authority = try await TestCA(in: sandbox)
                // The issuing CAs live for five years: twenty days before their end.
                let clock = try FakedClock(in: sandbox)
                try clock.step(to: (5 * 365 - 20) * 86_400)
                sandbox.surround(with: clock.environment)
                // The token of five years ago has ended.
                try await authority.server("admin-token").succeeded()
                let server = try await authority.serve()
                let refused = try await authority.sign(deviceID(1))
                #expect(refused.status == 400 && refused.body.contains("issuer_ends_too_soon"), "\(refused)")
                let service = try await authority.enrolService("api.internal")
                let leaf = try await EncodedTime.all(in: service.certificate, form: "PEM", sandbox)
                let issuer = try await EncodedTime.all(in: authority.data + "/issuers/services.pem", form: "PEM", sandbox)
                #expect(leaf.count == 2 && issuer.count == 2 && leaf[1].seconds <= issuer[1].seconds, "\(leaf) \(issuer)")
                try await authority.waitForAlarm("the CA certificate devices ends at")
                try await server.stop().succeeded()
            }
        }

        private func verify(_ device: Enrolled, _ authority: TestCA) async throws -> Outcome {
            let bundle = try await authority.fetch("crl/bundle.crl.pem")
            return try await authority.sandbox.run(
                "openssl",
                [
                    "verify", "-x509_strict", "-crl_check_all", "-CAfile", authority.root, "-CRLfile", bundle, "-untrusted", device.chain,
                    device.certificate,
                ])
        }
    }
}
