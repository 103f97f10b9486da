import APISchema
import Foundation
import TestKit
import Testing

extension AgainstRealPrograms.Durability {
    @Suite struct FullDisks {
        @Test(.enabled(if: Disk.canMount, "SKIPPED: full disk: a small file system cannot be mounted here (that takes root)"))
        func `a full file system stops writes alone, and they go on when there is room again`() async throws {
            try await Sandbox.open { sandbox in
                let disk = Disk(folder: sandbox.path("ca"), sandbox: sandbox)
                try await disk.mount()
                do { try await endure(in: sandbox, fill: { _ in try disk.fill() }, free: { _ in try disk.free() }) } catch {
                    try await disk.unmount()
                    throw error
                }
                try await disk.unmount()
            }
        }

        @Test(.needs(.curl), .enabled(if: Disk.canMount, "SKIPPED: full disk: a small file system cannot be mounted here"))
        func `a start on a full disk serves the lists and an API that says so, and serves all when there is room`() async throws {
            try await Sandbox.open { sandbox in
                let disk = Disk(folder: sandbox.path("ca"), sandbox: sandbox)
                try await disk.mount()
                do { try await start(on: disk, in: sandbox) } catch {
                    try await disk.unmount()
                    throw error
                }
                try await disk.unmount()
            }
        }

        private func start(on disk: Disk, in sandbox: Sandbox) async throws {
            let authority = try await TestCA(in: sandbox)
            try disk.fill()
            let server = try authority.launch()
            try await eventually("the API answers") { server.log.components(separatedBy: "listening").count > 2 }
            let health = try await authority.request("GET", "sys/health")
            #expect(health.status == 503 && health.body.contains(#"["disk_full"]"#), "\(health)")
            let refused = try await authority.request("POST", "pki/sign/device", json: [:], token: authority.adminToken)
            #expect(refused.status == 503 && refused.body.contains("disk_full") && refused.body.contains("remedy: "), "\(refused)")
            try await authority.fetch("crl/bundle.crl.pem")
            try disk.free()
            try await eventually("all is served") { try await authority.isHealthy() }
            // The certificate of the time before is recorded, once.
            let audit = try await authority.admin("audit", "--json").succeeded().output
            #expect(audit.components(separatedBy: "made_without_ledger").count == 2, "\(audit)")
            try await server.stop().succeeded()
            try await authority.server("verify").succeeded()
        }

        @Test(.needs(.prlimit)) func `a limit on the size of files ends init and serve with a message, not by a signal`() async throws {
            try await Sandbox.open { sandbox in
                let authority = try await TestCA(in: sandbox)
                let commands = [
                    ["init", "--data", sandbox.path("other"), "--organization", "Acme"],
                    ["serve", "--data", authority.data, "--listen", "127.0.0.1:\(authority.port)", "--public", "127.0.0.1:0"],
                ]
                for command in commands {
                    let outcome = try await sandbox.run("prlimit", ["--fsize=512:512", Programs.server] + command)
                    #expect(outcome.status == 1 && outcome.errors.contains("remedy: "), "\(outcome)")
                }
            }
        }

        /// What a quota does, too, without a file system of our own: no file may grow.
        @Test(.needs(.prlimit)) func `a limit on the size of files stops writes alone, and they go on when it is lifted`() async throws {
            try await Sandbox.open { sandbox in
                try await endure(
                    in: sandbox, fill: { try await sandbox.limitFiles(of: $0, to: "4096:unlimited") },
                    free: { try await sandbox.limitFiles(of: $0, to: "unlimited:unlimited") })
            }
        }

        private func endure(
            in sandbox: Sandbox, fill: (RunningProgram) async throws -> Void, free: (RunningProgram) async throws -> Void
        ) async throws {
            let authority = try await TestCA(in: sandbox)
            let server = try await authority.serve()
            try await APIClient.open(authority) { client in
                let load = Load(client)
                var given = [try await load.fulfil(Wish(1))]
                try await fill(server)
                let unserved = try await signUntilRefused(client, &given)
                #expect(try await client.revoke(given[0]).status == 503)
                #expect(try await authority.alarms(client).contains { $0.contains("the ledger cannot be written") })
                #expect(try await client.get("pki/cert/\(given[0].serialNumber)").status == 200)
                #expect(try await client.get("pki/ca_chain").status == 200)
                // Whoever searches is audited, or does not search.
                #expect(try await client.post("pki/search", [:]).status == 503)
                try await authority.fetch("crl/devices.crl")
                try await authority.fetch("crl/bundle.crl.pem")
                try await authority.account().expect(given: given, revoked: [], "on the full disk")

                try await free(server)
                given.append(try Given(unserved, await client.sign(unserved)))
                // A list that was due meanwhile is made at the next look.
                try await eventually("the alarms are over") { try await authority.alarms(client).allSatisfy { !$0.contains("the ledger") } }
                let receipt = try await client.revoke(given[0]).data(as: RevokedCertificate.self)
                try await eventually("the revocation is listed") { try await authority.listedSerials() == [given[0].serialNumber] }
                try await authority.expectSound(after: server, given: given, revoked: [receipt.serialNumber])
            }
        }

        /// The first certificates may fit into what the files have already.
        private func signUntilRefused(_ client: APIClient, _ given: inout [Given]) async throws -> Wish {
            for number in 2...200 {
                let wish = try Wish(number)
                let answer = try await client.sign(wish)
                if answer.status == 200 {
                    given.append(try Given(wish, answer))
                    continue
                }
                #expect(answer.status == 503 && answer.retryAfter != nil && !answer.holdsCertificate, "\(answer)")
                return wish
            }
            throw NeverHappened(what: "the disk is full")
        }
    }
}

/// A small file system of its own.
private struct Disk: Sendable {
    let folder: String
    let sandbox: Sandbox

    /// Tried with a mount in a namespace of its own, which nobody else sees.
    static let canMount: Bool = {
        let probe = Process()
        probe.executableURL = URL(filePath: "/usr/bin/env")
        probe.arguments = ["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
        probe.standardError = FileHandle.nullDevice
        do { try launch(probe) } catch { return false }
        probe.waitUntilExit()
        return probe.terminationStatus == 0
    }()

    func mount() async throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try await sandbox.run("mount", ["-t", "tmpfs", "-o", "size=8m,mode=0700", "tmpfs", folder]).succeeded()
    }

    /// Also below programs that still run: the sandbox ends them next.
    func unmount() async throws { try await sandbox.run("umount", ["--lazy", folder]).succeeded() }

    /// Takes every page that is left.
    func fill() throws {
        let descriptor = unsafe open(folder + "/filler", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        defer { close(descriptor) }
        let page = [UInt8](repeating: 0, count: 4096)
        while unsafe page.withUnsafeBytes({ unsafe write(descriptor, $0.baseAddress, $0.count) }) > 0 {}
    }

    func free() throws { try FileManager.default.removeItem(atPath: folder + "/filler") }
}

extension Sandbox {
    /// Sets a limit of a running program, as `ulimit -f` would have before it started.
    fileprivate func limitFiles(of program: RunningProgram, to limits: String) async throws {
        try await run("prlimit", ["--pid", "\(program.processIdentifier)", "--fsize=\(limits)"]).succeeded()
    }
}
