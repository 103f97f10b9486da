import APISchema
import Foundation
import Synchronization
import Testing

extension AgainstRealPrograms.Durability {
    @Suite struct OtherWriters {
        /// In one round.
        private static let copies = 4

        @Test func `a second server on the same ledger refuses with a reason, and the first goes on`() async throws {
            try await TestCA.enduring { authority, server, client in
                let second = try await authority.sandbox.run(
                    Programs.server,
                    [
                        "serve", "--data", authority.data, "--listen", "127.0.0.1:\(FreePorts.next())", "--public",
                        "127.0.0.1:\(FreePorts.next())",
                    ])
                #expect(second.status == 1 && second.everything.contains("another server has this ledger open"), "\(second)")
                let given = try Given(Wish(1), await client.sign(Wish(1, name: "after")))
                try await authority.expectSound(after: server, given: [given], revoked: [])
            }
        }

        @Test func `while another program holds the ledger writes wait and are then refused, and reads and lists go on`() async throws {
            try await TestCA.enduring { authority, server, client in
                let known = try Given(Wish(1), await client.sign(Wish(1, name: "known")))
                let holder = try authority.sandbox.start("python3", [Programs.foreign("hold_ledger.py"), authority.ledger])
                try await eventually("the ledger is held") { holder.log.contains("held") }

                let wish = try Wish(2)
                let start = ContinuousClock.now
                let answered = Atomic(false)
                async let waiting = {
                    defer { answered.store(true, ordering: .sequentiallyConsistent) }
                    return try await client.sign(wish)
                }()
                for _ in 1...2 {
                    #expect(try await client.get("pki/cert/\(known.serialNumber)").status == 200)
                    try await authority.fetch("crl/devices.crl")
                }
                let hasWaited = !answered.load(ordering: .sequentiallyConsistent)
                #expect(hasWaited, "reads wait for the writer")
                let refused = try await waiting
                #expect(ContinuousClock.now - start > .seconds(4), "a write did not wait")
                #expect(refused.status == 503 && refused.retryAfter != nil && !refused.holdsCertificate, "\(refused)")
                #expect(try await authority.alarms(client).contains { $0.contains("the ledger cannot be written") })

                // Whoever comes while the holder lets go is served.
                async let patient = client.sign(wish)
                try await holder.stop(SIGKILL)
                let given = try await Given(wish, patient)
                #expect(try await authority.alarms(client) == [])
                try await authority.expectSound(after: server, given: [known, given], revoked: [])
            }
        }

        @Test(arguments: 0..<Torture.rounds)
        func `a copy of the ledger's files as they are at any moment opens and has all that was answered`(round: Int) async throws {
            var chance = Torture.chance(2_000 + round)
            try await TestCA.enduring { authority, server, client in
                let load = Load(client)
                var checked = 0
                try await load.run(clients: 8) {
                    for copy in 1...Self.copies {
                        try await Torture.moment(50...500, using: &chance)
                        // What a power cut would leave, if the system's cache were the disk: nothing moves while it is copied.
                        server.send(SIGSTOP)
                        defer { server.send(SIGCONT) }
                        try await eventually("the server has stopped") { try server.isStopped() }
                        let (given, revoked) = (load.given, load.revoked.map(\.serialNumber))
                        let ledger = try authority.copyLedger(to: "copy-\(copy)")
                        server.send(SIGCONT)
                        let account = try await LedgerAccount(of: ledger, in: authority.sandbox)
                        account.expect(given: given, revoked: revoked, "in copy \(copy)")
                        checked += given.count
                    }
                }
                #expect(checked > 0)
                try await authority.expectSound(after: server, given: load.given, revoked: load.revoked.map(\.serialNumber))
                Torture.tell("copies under load", ["copies": Self.copies, "certificates looked up": checked, "given": load.given.count])
            }
        }
    }
}

extension TestCA {
    /// Copies ledger and log into a new folder and answers the copy's path.
    fileprivate func copyLedger(to name: String) throws -> String {
        let folder = sandbox.path(name)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: ledger + suffix) {
            try FileManager.default.copyItem(atPath: ledger + suffix, toPath: folder + "/ledger.sqlite" + suffix)
        }
        return folder + "/ledger.sqlite"
    }
}

extension RunningProgram {
    /// Whether every thread stands still after SIGSTOP: the state in `/proc/PID/stat` follows the name in parentheses.
    fileprivate func isStopped() throws -> Bool {
        let stat = String(decoding: FileManager.default.contents(atPath: "/proc/\(processIdentifier)/stat") ?? Data(), as: UTF8.self)
        return stat.split(separator: ")").last?.hasPrefix(" T") == true
    }
}
