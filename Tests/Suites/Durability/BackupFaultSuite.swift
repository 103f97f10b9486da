import Foundation
import Testing

extension AgainstRealPrograms.Durability {
    @Suite(.needs(.strace), .enabled(if: Tracer.isPermitted, "SKIPPED: interruptions: strace may not attach to programs here"))
    struct InterruptedBackups {
        @Test func `a backup that is killed or fails anywhere leaves the one before or a whole new one, and the next is made`() async throws
        {
            try await withBackup { authority, backup in
                let sandbox = authority.sandbox
                let command = ["backup", backup.file, "--data", authority.data, "--key-file", backup.key]
                try await Interruption.run(nil, Programs.server, command, in: sandbox).succeeded()
                var (replaced, before) = (0, try sandbox.octets(backup.file))
                let interruptions = Interruption.some(seenIn: sandbox, short: 6, salt: 5_000)
                for (number, interruption) in interruptions.enumerated() {
                    let outcome = try await Interruption.run(interruption, Programs.server, command, in: sandbox)
                    #expect([0, 1, 137].contains(outcome.status), "\(interruption): \(outcome)")
                    #expect(outcome.status != 1 || outcome.errors.contains("remedy: "), "\(interruption): \(outcome)")
                    let after = try sandbox.octets(backup.file)
                    guard after != before else { continue }
                    (replaced, before) = (replaced + 1, after)
                    let restored = try await restore(backup, into: sandbox.path("restored-\(number)"), sandbox)
                    #expect(restored.status == 0, "\(interruption): \(restored)")
                }
                try await authority.server("backup", backup.file, "--key-file", backup.key).succeeded()
                let left = try FileManager.default.contentsOfDirectory(atPath: sandbox.folder).filter { $0.hasSuffix(".tmp") }
                #expect(left.isEmpty && !FileManager.default.fileExists(atPath: authority.data + "/ledger.sqlite.backup"), "\(left)")
                Torture.tell("interrupted backups", ["interruptions": interruptions.count, "took their place": replaced])
            }
        }

        @Test(arguments: [false, true])
        func `a restore that is killed or fails anywhere leaves nothing that serves unnoticed, and a second one completes it`(
            intoExisting: Bool
        ) async throws {
            try await withBackup { authority, backup in
                let sandbox = authority.sandbox
                let target = sandbox.path("target")
                let command = ["restore", backup.file, "--data", target, "--key-file", backup.key]
                try prepare(target, existing: intoExisting, authority)
                try await Interruption.run(nil, Programs.server, command, in: sandbox).succeeded()
                let whole = try contents(of: target)
                let interruptions = Interruption.some(seenIn: sandbox, short: 4, salt: intoExisting ? 6_000 : 7_000)
                for interruption in interruptions {
                    try prepare(target, existing: intoExisting, authority)
                    let outcome = try await Interruption.run(interruption, Programs.server, command, in: sandbox)
                    #expect(outcome.status != 1 || outcome.errors.contains("remedy: "), "\(interruption): \(outcome)")
                    if FileManager.default.fileExists(atPath: target + "/ledger.sqlite") {
                        #expect(try contents(of: target) == whole, "\(interruption)")
                        try await expectUnserved(target, authority, "\(interruption): \(outcome)")
                        let second = try await restore(backup, into: target, sandbox)
                        #expect(second.status == 1 && second.errors.contains("there is a ledger"), "\(interruption): \(second)")
                    } else {
                        try await expectUnserved(target, authority, "\(interruption): \(outcome)")
                        try await restore(backup, into: target, sandbox).succeeded()
                        let left = try (contentsOfDirectory(sandbox.folder) + contentsOfDirectory(target)).filter { $0.hasSuffix(".tmp") }
                        #expect(try left.isEmpty && contents(of: target) == whole, "\(interruption): \(left)")
                    }
                }
                Torture.tell("interrupted restores", ["interruptions": interruptions.count])
            }
        }

        /// A backup and the key that opens it.
        private struct Written {
            let file: String
            let key: String
        }

        private func withBackup(_ body: (TestCA, Written) async throws -> Void) async throws {
            try await Sandbox.open { sandbox in
                let authority = try await TestCA(in: sandbox)
                let backup = Written(file: sandbox.path("ca.backup"), key: sandbox.path("backup.key"))
                try await authority.server("backup", backup.file, "--new-key-file", backup.key).succeeded()
                try await body(authority, backup)
            }
        }

        private func restore(_ backup: Written, into data: String, _ sandbox: Sandbox) async throws -> Outcome {
            try await sandbox.run(Programs.server, ["restore", backup.file, "--data", data, "--key-file", backup.key])
        }

        /// No directory, or one that has lost its ledger and a list.
        private func prepare(_ target: String, existing: Bool, _ authority: TestCA) throws {
            let files = FileManager.default
            if files.fileExists(atPath: target) { try files.removeItem(atPath: target) }
            guard existing else { return }
            try files.copyItem(atPath: authority.data, toPath: target)
            for name in try files.contentsOfDirectory(atPath: target) where name.hasPrefix("ledger.sqlite") {
                try files.removeItem(atPath: "\(target)/\(name)")
            }
            try files.removeItem(atPath: target + "/published/devices.crl")
        }

        /// Expects that a server with the sealing secret refuses to start, and says what to do.
        private func expectUnserved(_ target: String, _ authority: TestCA, _ moment: String) async throws {
            guard FileManager.default.fileExists(atPath: target) else { return }
            let arguments = ["serve", "--data", target, "--listen", "127.0.0.1:\(authority.port)"]
            let refused = try await authority.sandbox.run(
                Programs.server, arguments, environment: ["CA_UNSEAL_KEY_FILE": authority.data + "/unseal.key"])
            let says = refused.errors.contains("--recover") || refused.errors.contains("restore it")
            #expect(refused.status == 1 && says, "\(moment): \(refused)")
        }

        private func contentsOfDirectory(_ folder: String) throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: folder)
        }

        /// Every file below a directory with its octets, but the time of the restoration, the lock, and what the next start or restore tidies.
        private func contents(of folder: String) throws -> [String: Data] {
            var contents: [String: Data] = [:]
            for name in try FileManager.default.subpathsOfDirectory(atPath: folder)
            where name != "ledger.sqlite.lock" && !name.hasPrefix("restored.json") && !name.hasPrefix(".restore.") {
                contents[name] = FileManager.default.contents(atPath: "\(folder)/\(name)")
            }
            return contents
        }
    }
}
