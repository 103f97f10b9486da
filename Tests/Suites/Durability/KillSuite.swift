import APISchema
import Foundation
import Testing

extension AgainstRealPrograms.Durability {
    @Suite struct Kills {
        /// In one round.
        private static let kills = 4

        @Test(arguments: 0..<Torture.rounds)
        func `a server that is killed at random moments under load loses nothing that it answered`(round: Int) async throws {
            var chance = Torture.chance(round)
            try await Sandbox.open { sandbox in
                let authority = try await TestCA(in: sandbox)
                var server = try await authority.serve()
                try await APIClient.open(authority) { client in
                    let load = Load(client)
                    try await load.run(clients: 8) {
                        for _ in 0..<Self.kills {
                            try await Torture.moment(50...700, using: &chance)
                            load.serverIs(up: false)
                            _ = try await server.stop(SIGKILL)
                            server = try await authority.serve()
                            load.serverIs(up: true)
                        }
                    }
                    try await expectRepeats(load, client)
                    try await expectListed(load, authority)
                    try await authority.expectWholeLists(in: authority.data + "/published")
                    try await authority.expectSound(after: server, given: load.given, revoked: load.revoked.map(\.serialNumber))
                    Torture.tell(
                        "kills of the server",
                        [
                            "kills": Self.kills, "certificates": load.given.count, "revocations": load.revoked.count,
                            "lost answers": load.lost,
                        ])
                }
            }
        }

        /// Whoever asks again under the same name gets the same certificate, whether or not its first answer was lost.
        private func expectRepeats(_ load: Load, _ client: APIClient) async throws {
            #expect(!load.given.isEmpty && load.lost > 0, "the load met no kill")
            let sample = Torture.isLong ? load.given[...] : load.given.filter { $0.attempts > 1 } + load.given.prefix(10)
            for given in sample {
                let again = try Given(given.wish, await client.sign(given.wish))
                #expect(again.certificate == given.certificate, "\(given.wish.name)")
            }
        }

        private func expectListed(_ load: Load, _ authority: TestCA) async throws {
            let revoked = Set(load.revoked.map { $0.serialNumber.replacing(":", with: "") })
            try await eventually("the list names every revocation") { try await authority.listedSerials().isSuperset(of: revoked) }
            for given in load.given.prefix(3) {
                let file = try authority.sandbox.write(given.certificate, to: "given.pem")
                let chain = authority.data + "/chain.pem"
                try await authority.sandbox.run("openssl", ["verify", "-CAfile", authority.root, "-untrusted", chain, file]).succeeded()
            }
        }

        @Test(arguments: 0..<Torture.rounds)
        func `a publisher that is killed at random moments leaves whole lists, and goes on from them`(round: Int) async throws {
            var chance = Torture.chance(1_000 + round)
            try await TestCA.enduring { authority, _, client in
                let folder = authority.sandbox.path("lists")
                let load = Load(client)
                var publisher = try authority.startPublisher(to: folder)
                try await eventually("the lists are there") { FileManager.default.fileExists(atPath: folder + "/index.json") }
                for kill in 1...Self.kills {
                    let given = try await load.fulfil(Wish(kill))
                    _ = try await client.revoke(given)
                    try await Torture.moment(0...900, using: &chance)
                    _ = try await publisher.stop(SIGKILL)
                    for issuer in ["devices", "services", "root"] {
                        let list = folder + "/\(issuer).crl"
                        try await authority.sandbox.run("openssl", ["crl", "-in", list, "-inform", "DER", "-noout"]).succeeded()
                    }
                    publisher = try authority.startPublisher(to: folder)
                }
                try await eventually("the publisher has every revocation") {
                    try await authority.listedSerials(in: folder).count == Self.kills
                }
                try await authority.expectWholeLists(in: folder)
                Torture.tell("kills of the publisher", ["kills": Self.kills])
            }
        }
    }
}

extension TestCA {
    /// Starts `crl-publisher run` on the public address.
    func startPublisher(to folder: String) throws -> RunningProgram {
        try sandbox.start(
            Programs.publisher,
            ["run", "--source", publicAddress, "--trust", root, "--output", folder, "--interval", "1s"])
    }
}
