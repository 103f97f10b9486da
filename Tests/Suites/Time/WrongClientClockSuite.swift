import Foundation
import Testing

extension AgainstRealPrograms {
    /// The CA's clock is right; a client's or a publisher's is not.
    @Suite(.needs(.openssl, .curl, .faketime)) struct WrongClientClock {
        private static let day: Int64 = 86_400

        @Test(arguments: [-400 * day, 400 * day])
        func `an agent whose clock is a year wrong keeps its files, says why, and does not spin`(_ step: Int64) async throws {
            try await TestCA.serving { authority in
                let device = try await authority.enrolDevice(deviceID(1))
                let before = try contents(of: device.folder)
                let clock = try FakedClock(in: authority.sandbox)
                try clock.step(to: step)
                let agent = try authority.sandbox.start(
                    Programs.client, ["agent", "--dir", device.folder],
                    environment: ["CA_ADDR": authority.address, "CA_CACERT": authority.root].merging(clock.environment) { $1 })
                if step > 0 { try await eventually("it says what is wrong") { agent.log.contains("by this machine's clock") } }
                try await nextSecond()
                let spent = try processorTime(of: agent)
                for _ in 1...3 { try await nextSecond() }
                #expect(try processorTime(of: agent) - spent < 50, "hundredths of a second in three")
                #expect(agent.isRunning && agent.log.split(separator: "\n").count < 10, "\(agent.log)")
                _ = try await agent.stop()
                #expect(try contents(of: device.folder) == before)
                try await authority.client("renew", "--dir", device.folder, "--force").succeeded()
            }
        }

        @Test func `a renewal with a clock two hours behind fails with the reason, and works when the clock is right`() async throws {
            try await TestCA.serving { authority in
                let device = try await authority.enrolDevice(deviceID(1))
                let clock = try FakedClock(in: authority.sandbox)
                try clock.step(to: -7_200)
                let refused = try await authority.client("renew", "--dir", device.folder, "--force", environment: clock.environment)
                #expect(refused.status == 1 && refused.errors.contains("clock"), "\(refused)")
                try clock.step(to: 0)
                try await authority.client("renew", "--dir", device.folder, "--force", environment: clock.environment).succeeded()
            }
        }

        @Test(arguments: [-day, 8 * day])
        func `a publisher with a wrong clock keeps the lists it has, says why, and goes on when the clock is right`(
            _ step: Int64
        ) async throws {
            try await TestCA.serving { authority in
                let device = try await authority.enrolDevice(deviceID(1))
                let lists = authority.sandbox.path("crl")
                let clock = try FakedClock(in: authority.sandbox)
                let publisher = try authority.sandbox.start(
                    Programs.publisher, ["run", "--source", authority.publicAddress, "--trust", authority.root, "--output", lists],
                    environment: clock.environment)
                try await eventually("the lists are there") { FileManager.default.fileExists(atPath: lists + "/bundle.crl.pem") }
                let before = try contents(of: lists)
                try clock.step(to: step)
                try await authority.waitForPublication(of: try await authority.revoke(device))
                try await eventually("the publisher refuses") { publisher.log.contains(" failed: ") }
                #expect(publisher.log.contains("check the clock of this machine"), "\(publisher.log)")
                let spent = try processorTime(of: publisher)
                for _ in 1...2 { try await nextSecond() }
                // libfaketime moves the absolute timers by which Dispatch looks after its threads, and forward it cannot arm them.
                if step < 0 { #expect(try processorTime(of: publisher) - spent < 50, "hundredths of a second in two") }
                #expect(publisher.log.split(separator: "\n").count < 15, "\(publisher.log)")
                #expect(try contents(of: lists) == before)
                try clock.step(to: 0)
                try await eventually("it goes on") { publisher.log.contains(" recovered") }
                #expect(try contents(of: lists) != before)
                _ = try await publisher.stop()
            }
        }

        /// Of every file but locks, by name.
        /// The files that brokers read: the head of the audit log, which has no time, goes on in the index.
        private func contents(of folder: String) throws -> [String: Data] {
            let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter {
                !$0.hasPrefix(".") && !$0.hasSuffix(".lock") && $0 != "index.json" && $0 != "audit-heads"
            }
            return try Dictionary(uniqueKeysWithValues: names.map { ($0, try Data(contentsOf: URL(filePath: "\(folder)/\($0)"))) })
        }

        /// Hundredths of a second that a program has used the processor for (proc(5): fields 14 and 15, the name in parentheses left out).
        private func processorTime(of program: RunningProgram) throws -> Int {
            let text = try String(contentsOfFile: "/proc/\(program.processIdentifier)/stat", encoding: .utf8)
            let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
            return fields.count > 13 ? (Int(fields[12]) ?? 0) + (Int(fields[13]) ?? 0) : 0
        }
    }
}
