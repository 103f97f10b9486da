import Foundation
import Testing

extension AgainstRealPrograms {
    @Suite(.needs(.mosquitto, .curl, .openssl)) struct Broker {
        @Test func `Mosquitto delivers a device's message, refuses a service, and refuses the device after its revocation`() async throws {
            try await TestCA.serving { authority in
                let device = try await authority.enrolDevice(deviceID(1))
                let neighbour = try await authority.enrolDevice(deviceID(2))
                let service = try await authority.enrolService("api.internal")
                let lists = try await publishOnce(authority)
                let broker = try await startBroker(authority, lists)
                #expect(try await broker.delivers(from: device))
                #expect(try await !broker.delivers(from: service))
                #expect(try await !broker.admitsAnonymous())

                let publisher = try authority.sandbox.start(
                    Programs.publisher,
                    publisherArguments("run", authority, lists)
                        + ["--interval", "1s", "--on-change", "kill -HUP \(broker.broker.processIdentifier)"])
                _ = try await authority.revoke(device)
                try await eventually("the broker refuses the revoked device") { try await !broker.delivers(from: device) }
                #expect(try await broker.delivers(from: neighbour))
                #expect(try await publisher.stop().status == 0)
            }
        }

        @Test func `the publisher never passes on an empty, foreign, truncated or older list, and runs no command`() async throws {
            try await TestCA.serving { authority in
                let device = try await authority.enrolDevice(deviceID(1))
                let older = try authority.sandbox.octets(try await authority.fetch("crl/devices.crl"))
                try await authority.waitForPublication(of: try await authority.revoke(device))
                let lists = try await publishOnce(authority)
                let broker = try await startBroker(authority, lists)
                #expect(try await !broker.delivers(from: device))

                let good = try authority.sandbox.octets("crl/devices.crl")
                let served = authority.data + "/published/devices.crl"
                let spoilt: [(String, [UInt8])] = [
                    ("empty", []), ("a web page", Array("<html>502 Bad Gateway</html>".utf8)),
                    ("cut in half", Array(good.prefix(good.count / 2))),
                    ("one bit flipped in its signature", good.dropLast() + [good[good.count - 1] ^ 1]), ("the one before", older),
                    ("another issuer's", try authority.sandbox.octets(authority.data + "/published/services.crl")),
                ]
                for (name, octets) in spoilt {
                    try authority.sandbox.write(octets, to: served, mode: 0o644)
                    let outcome = try await authority.sandbox.run(
                        Programs.publisher,
                        publisherArguments("once", authority, lists) + ["--on-change", "touch \(authority.sandbox.path("ran"))"])
                    #expect(outcome.status == 1, "\(name): \(outcome)")
                    #expect(try authority.sandbox.octets("crl/devices.crl") == good, "\(name)")
                    #expect(!FileManager.default.fileExists(atPath: authority.sandbox.path("ran")), "\(name)")
                }
                broker.broker.send(SIGHUP)
                try await eventually("Mosquitto has reloaded") { broker.broker.log.contains("Reloading config") }
                #expect(try await !broker.delivers(from: device))
            }
        }

        @Test func `a publisher that starts while the CA is down waits for it`() async throws {
            try await Sandbox.open { sandbox in
                let authority = try await TestCA(in: sandbox)
                let lists = sandbox.path("crl")
                let publisher = try sandbox.start(Programs.publisher, publisherArguments("run", authority, lists))
                try await eventually("the publisher has tried") { publisher.log.contains(authority.publicAddress) }
                #expect(publisher.isRunning)
                _ = try await authority.serve()
                try await eventually("the lists are there") { FileManager.default.fileExists(atPath: lists + "/bundle.crl.pem") }
                #expect(try await publisher.stop().status == 0)
            }
        }

        private func publisherArguments(_ command: String, _ authority: TestCA, _ folder: String) -> [String] {
            [command, "--source", authority.publicAddress, "--trust", authority.root, "--output", folder]
        }

        private func publishOnce(_ authority: TestCA) async throws -> String {
            let folder = authority.sandbox.path("crl")
            try await authority.sandbox.run(Programs.publisher, publisherArguments("once", authority, folder)).succeeded()
            return folder
        }

        private func startBroker(_ authority: TestCA, _ lists: String) async throws -> RunningMosquitto {
            let server = try await authority.enrolService("mqtt.broker.test", addresses: ["127.0.0.1"])
            return try await RunningMosquitto(in: authority.sandbox, server: server, revocationList: lists + "/devices.crl.pem")
        }
    }
}
