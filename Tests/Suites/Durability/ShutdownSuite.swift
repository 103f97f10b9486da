import APISchema
import Foundation
import Testing

extension AgainstRealPrograms.Durability {
    @Suite struct Shutdowns {
        private static let clients = 8
        /// In one round.
        private static let restarts = 2

        @Test(arguments: 0..<Torture.rounds)
        func `SIGTERM under load loses no answer, and a restart costs a client one retry`(round: Int) async throws {
            var chance = Torture.chance(3_000 + round)
            try await Sandbox.open { sandbox in
                let authority = try await TestCA(in: sandbox)
                var server = try await authority.serve()
                try await APIClient.open(authority) { client in
                    let load = Load(client)
                    try await load.run(clients: Self.clients) {
                        for _ in 1...Self.restarts {
                            try await Torture.moment(200...700, using: &chance)
                            load.serverIs(up: false)
                            try await server.stop().succeeded()
                            try await expectAnswered(load, authority)
                            server = try await authority.serve()
                            load.serverIs(up: true)
                        }
                    }
                    #expect(load.lost > 0 && load.lost <= Self.restarts * Self.clients, "\(load.lost) requests were sent again")
                    try await authority.expectSound(after: server, given: load.given, revoked: load.revoked.map(\.serialNumber))
                    Torture.tell(
                        "restarts under load",
                        ["restarts": Self.restarts, "certificates": load.given.count, "repeated requests": load.lost])
                }
            }
        }

        /// Nothing is in the ledger that nobody was told of.
        private func expectAnswered(_ load: Load, _ authority: TestCA) async throws {
            let account = try await authority.account()
            let recorded = Set(account.certificates.map(\.serial))
            try await eventually("every recorded certificate was answered") {
                recorded.isSubset(of: load.given.map(\.serialNumber))
            }
            let revoked = Set(account.revoked)
            try await eventually("every recorded revocation was answered") {
                revoked.isSubset(of: load.revoked.map { $0.serialNumber.replacing(":", with: "") })
            }
        }

        @Test func `ca-client renews through a restart by itself`() async throws {
            try await TestCA.enduring { authority, server, _ in
                let device = try await authority.enrolDevice(deviceID(1))
                let before = try await device.serialNumber()
                try await server.stop().succeeded()
                async let renewal = authority.client("renew", "--dir", device.folder, "--force")
                let second = try await authority.serve()
                try await renewal.succeeded()
                #expect(try await device.serialNumber() != before)
                try await authority.expectSound(after: second, given: [], revoked: [])
            }
        }
    }
}
