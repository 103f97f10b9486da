import Foundation
import Testing

extension AgainstRealPrograms {
    /// Those who only take up room, and everybody else beside them.
    @Suite(.needs(.openssl, .curl, .python)) struct Crowds {
        private static let idle = Torture.isLong ? 5_000 : 600
        private static let slow = Torture.isLong ? 500 : 60
        /// Octets that an idle TLS connection may cost the server, unoptimized builds included.
        private static let mostPerIdle = 96 << 10
        /// Octets for everything else that a crowd may cost.
        private static let mostForOthers = 192 << 20

        @Test func `idle connections cost a bounded amount of memory, and others are served beside them`() async throws {
            try await withServer { authority, server in
                let alone = try await service(of: authority)
                let before = try Holdings(of: server)
                let crowd = try await Crowd(.idle, of: Self.idle, at: authority)
                let meanwhile = try Holdings(of: server)
                let beside = try await service(of: authority)
                let account = try await crowd.disperse()
                let each = (meanwhile.memory - before.memory) / Self.idle
                Self.tell("\(Self.idle) idle connections: \(each) octets each; a signature \(alone) alone, \(beside) beside them")
                // A few of those before were the signer's.
                #expect(meanwhile.files - before.files > Self.idle - 5 && account.answered >= Self.idle && account.ended == 0, "\(account)")
                #expect(each <= Self.mostPerIdle)
                try await eventually("all have gone") { try Holdings(of: server).files < before.files + 50 }
            }
        }

        @Test(arguments: [Crowd.Kind.head, .body, .handshake, .deaf, .storm])
        func `slow, deaf and hasty clients hold little, and others are served beside them`(_ kind: Crowd.Kind) async throws {
            try await withServer { authority, server in
                let before = try Holdings(of: server)
                let crowd = try await Crowd(kind, of: size(of: kind), at: authority)
                let beside = try await service(of: authority)
                // Longer than the time a handshake may take.
                if kind == .handshake {
                    try await eventually("those who are slow to shake hands are cut off", within: .seconds(30)) {
                        try Holdings(of: server).files < before.files + Self.slow / 2
                    }
                }
                let meanwhile = try Holdings(of: server)
                let account = try await crowd.disperse()
                let more = max(0, meanwhile.memory - before.memory) >> 10
                Self.tell("\(kind): \(account.begun) connections, \(more) KiB more; a signature \(beside) beside them")
                #expect(meanwhile.memory - before.memory <= Self.mostForOthers)
            }
        }

        @Test func `with every connection taken newcomers and holders of certificates are served`() async throws {
            try await withServer(["CA_LIMITS_CONNECTIONS": "100"]) { authority, server in
                let before = try Holdings(of: server)
                let device = try await authority.enrolDevice(deviceID(1))
                try await APIClient.open(authority, connections: 1, identity: device) { holder in
                    #expect(try await holder.get("sys/health").status == 200)
                    let idle = try await Crowd(.idle, of: 300, at: authority)
                    let slow = try await Crowd(.handshake, of: 100, at: authority)
                    // Each of the 300 was answered, and most of them have made room.
                    let files = try Holdings(of: server).files - before.files
                    #expect(files <= 150)
                    let beside = try await service(of: authority)
                    #expect(try await holder.get("sys/health").status == 200)
                    _ = try await idle.disperse()
                    _ = try await slow.disperse()
                    Self.tell("300 idle connections where 100 are allowed: \(files) more files; a signature \(beside) beside them")
                }
                try await authority.client("renew", "--dir", device.folder, "--force").succeeded()
            }
        }

        /// Who storms or is deaf asks as fast as it is let, which is work that must be done: a few of them fill the server.
        private func size(of kind: Crowd.Kind) -> Int {
            switch kind {
            case .storm: 32
            case .deaf: 60
            default: Self.slow
            }
        }

        private func withServer(
            _ environment: [String: String] = [:], _ body: (TestCA, RunningProgram) async throws -> Void
        ) async throws {
            try await Sandbox.open { sandbox in
                let authority = try await TestCA(in: sandbox, environment: environment)
                let server = try await authority.serve()
                try await body(authority, server)
                try await server.stop().succeeded()
            }
        }

        /// Signs some certificates, one after the other: all are answered. How long half and nearly all of them took, in milliseconds.
        private func service(of authority: TestCA) async throws -> String {
            let csr = try await SigningRequests(sandbox: authority.sandbox).pem(
                subject: "/O=\(TestCA.organization)/OU=sensor/CN=\(deviceID(9))")
            var spans: [Duration] = []
            try await APIClient.open(authority, connections: 1) { client in
                for _ in 1...50 {
                    let start = ContinuousClock.now
                    let answer = try await client.post("pki/sign/device", ["csr": csr])
                    spans.append(ContinuousClock.now - start)
                    #expect(answer.status == 200, "\(answer)")
                }
            }
            let sorted = spans.sorted().map { String(format: "%.1f", $0 / .milliseconds(1)) }
            return "\(sorted[25]) ms (the second slowest of 50: \(sorted[48]) ms)"
        }

        private static func tell(_ line: String) { FileHandle.standardError.write(Data("load: \(line)\n".utf8)) }
    }
}
