import Foundation
import Testing

extension AgainstRealPrograms.Durability {
    @Suite(.needs(.strace), .enabled(if: Tracer.isPermitted, "SKIPPED: interruptions: strace may not attach to programs here"))
    struct InterruptedRecoveries {
        @Test func `a recovery that is killed or fails anywhere is completed by the next, and nothing that was published is lost`()
            async throws
        {
            try await Sandbox.open { sandbox in
                let (authority, world) = try await restored(in: sandbox)
                let watched = try start(nil, authority)
                #expect(try await serves(watched, authority))
                let interruptions = Interruption.some(seenIn: sandbox, short: 2, salt: 8_000)
                try await watched.stop().succeeded()
                var (survived, refused) = (0, 0)
                for interruption in interruptions {
                    try world.putBack(in: sandbox)
                    let first = try start(interruption, authority)
                    if try await serves(first, authority) { survived += 1 }
                    _ = try await first.stop()
                    var server = try authority.launch()
                    if try await !serves(server, authority) {
                        refused += 1
                        #expect(try await server.outcome().errors.contains("--recover"), "\(interruption)")
                        server = try authority.launch("--recover")
                        #expect(try await serves(server, authority), "\(interruption): \(server.log)")
                    }
                    try await authority.admin("search").succeeded()
                    try await world.expectKept(by: authority, "\(interruption)")
                    try await server.stop().succeeded()
                    try await authority.server("verify").succeeded()
                }
                Torture.tell(
                    "interrupted recoveries", ["interruptions": interruptions.count, "went on": survived, "repeated": refused])
            }
        }

        /// A CA that lost its ledger and got an older one back: a revocation in the backup, two that only the published list knows.
        private func restored(in sandbox: Sandbox) async throws -> (TestCA, World) {
            let authority = try await TestCA(in: sandbox)
            let config = try sandbox.read("ca/config.yaml") + "\nledger:\n  anchor: \(sandbox.path("anchor.json"))\n"
            try sandbox.write(config, to: "ca/config.yaml", mode: 0o644)
            let server = try await authority.serve()
            let (file, key) = (sandbox.path("ca.backup"), sandbox.path("backup.key"))
            try await APIClient.open(authority) { client in
                for number in 1...3 {
                    let given = try await Load(client).fulfil(Wish(number))
                    #expect(try await client.revoke(given).status == 200)
                    try await eventually("\(number) are listed") { try await authority.listedSerials().count == number }
                    if number == 1 { try await authority.server("backup", file, "--new-key-file", key).succeeded() }
                }
            }
            try await server.stop().succeeded()
            for name in try FileManager.default.contentsOfDirectory(atPath: authority.data) where name.hasPrefix("ledger.sqlite") {
                try FileManager.default.removeItem(atPath: "\(authority.data)/\(name)")
            }
            try await authority.server("restore", file, "--key-file", key).succeeded()
            return (authority, try await World(authority))
        }

        private func start(_ interruption: Interruption?, _ authority: TestCA) throws -> RunningProgram {
            try Interruption.start(
                interruption, Programs.server,
                [
                    "serve", "--recover", "--data", authority.data, "--listen", "127.0.0.1:\(authority.port)",
                    "--public", "127.0.0.1:\(authority.publicPort)",
                ], in: authority.sandbox)
        }

        /// Waits until a server is ready, or has ended.
        private func serves(_ server: RunningProgram, _ authority: TestCA) async throws -> Bool {
            var healthy = false
            try await eventually("the server serves or ends", within: .seconds(30)) {
                guard server.isRunning else { return true }
                healthy = try await authority.isHealthy()
                return healthy
            }
            return healthy
        }
    }
}

/// What everybody had seen of a CA before it lost its ledger, and its folder as the restoration left it.
private struct World {
    let number: Int
    let revoked: Set<String>
    private let copies = ["ca": "ca-before", "anchor.json": "anchor-before"]

    init(_ authority: TestCA) async throws {
        number = try await Self.number(authority)
        revoked = try await authority.listedSerials()
        for (name, copy) in copies {
            try FileManager.default.copyItem(atPath: authority.sandbox.path(name), toPath: authority.sandbox.path(copy))
        }
    }

    func putBack(in sandbox: Sandbox) throws {
        for (name, copy) in copies {
            try FileManager.default.removeItem(atPath: sandbox.path(name))
            try FileManager.default.copyItem(atPath: sandbox.path(copy), toPath: sandbox.path(name))
        }
    }

    /// Expects every revocation in the list, which `verify` then compares with the ledger, and no smaller CRL number.
    func expectKept(by authority: TestCA, _ moment: String) async throws {
        #expect(try await Self.number(authority) >= number, "\(moment)")
        #expect(try await authority.listedSerials().isSuperset(of: revoked), "\(moment)")
    }

    /// As OpenSSL reads it.
    private static func number(_ authority: TestCA) async throws -> Int {
        let list = authority.data + "/published/devices.crl"
        let line = try await authority.sandbox.run("openssl", ["crl", "-inform", "der", "-in", list, "-noout", "-crlnumber"])
            .succeeded().line
        return try #require(Int(line.replacingOccurrences(of: "crlNumber=0x", with: ""), radix: 16))
    }
}
