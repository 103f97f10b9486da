import Foundation

/// A wall clock that a test sets for the programs that get its variables, also while they run. Their monotonic clocks stay the machine's.
final class FakedClock: Sendable {
    private let file: String

    /// libfaketime for programs with threads; nil when it is not installed.
    static let library: String? = {
        let places = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib", "/usr/local/lib"]
        return places.map { "\($0)/faketime/libfaketimeMT.so.1" }.first(where: FileManager.default.fileExists(atPath:))
    }()

    /// Shows the machine's time until it is set.
    init(in sandbox: Sandbox) throws {
        file = sandbox.path("clock-\(FreePorts.next())")
        try step(to: 0)
    }

    /// A clock that shows this time now, in seconds since 1970.
    convenience init(in sandbox: Sandbox, showing time: Int64) throws {
        try self.init(in: sandbox)
        try step(to: time - Self.machine)
    }

    /// Seconds since 1970 on the machine's own clock.
    static var machine: Int64 { Int64(Date().timeIntervalSince1970) }

    /// Sets the clock this many seconds before or after the machine's.
    func step(to seconds: Int64) throws {
        try Data((seconds < 0 ? "\(seconds)" : "+\(seconds)").utf8).write(to: URL(filePath: file), options: .atomic)
    }

    /// Variables that let a program see this clock.
    var environment: [String: String] {
        [
            "LD_PRELOAD": Self.library ?? "", "FAKETIME_TIMESTAMP_FILE": file, "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        ]
    }

    /// Removes what libfaketime leaves in shared memory when a program that has it becomes another one, as `env` does.
    static func sweep(after processes: [Int32]) {
        for process in processes {
            for name in ["faketime_shm_\(process)", "sem.faketime_sem_\(process)"]
            where FileManager.default.fileExists(atPath: "/dev/shm/" + name) {
                try? FileManager.default.removeItem(atPath: "/dev/shm/" + name)
            }
        }
    }
}

extension TestCA {
    /// Runs the body with a CA whose server alone sees a clock that the test sets; clients see the machine's.
    static func withFakedServer(_ body: (TestCA, FakedClock) async throws -> Void) async throws {
        try await Sandbox.open { sandbox in
            let clock = try FakedClock(in: sandbox)
            try await body(try await TestCA(in: sandbox, environment: clock.environment), clock)
        }
    }

    /// Runs the body with a CA whose list of services says that entries have left it: the certificate of one has expired.
    static func servingListsThatEntriesLeft(_ body: (TestCA) async throws -> Void) async throws {
        try await Sandbox.open { sandbox in
            let clock = try FakedClock(in: sandbox)
            try clock.step(to: -3 * 86_400)
            sandbox.surround(with: clock.environment)
            let authority = try await TestCA(in: sandbox)
            let first = try await authority.serve()
            try await authority.waitForPublication(of: try await authority.revoke(try await authority.enrolService("old.internal")))
            try await first.stop().succeeded()
            // A start after days without records forgets nothing; one soon after it does, with the next list.
            try clock.step(to: -10 * 3600)
            try await authority.serve().stop().succeeded()
            sandbox.surround(with: ["LD_PRELOAD": ""])
            _ = try await authority.serve()
            var next = 1
            try await eventually("an entry has left the list of services") {
                let service = try await authority.enrolService("revoked-\(next).internal")
                next += 1
                try await authority.waitForPublication(of: try await authority.revoke(service))
                let list = try sandbox.octets(try await authority.fetch("crl/services.crl"))
                // expiredCertsOnCRL, 2.5.29.60
                return list.firstRange(of: [0x06, 0x03, 0x55, 0x1D, 0x3C]) != nil
            }
            try await body(authority)
        }
    }

    /// What health complains of.
    func alarms() async throws -> [String] {
        struct Health: Decodable { let alarms: [String] }
        return try await request("GET", "sys/health", token: try adminToken).decoded(as: Health.self).alarms
    }

    /// Waits for an alarm with this text.
    func waitForAlarm(_ text: String) async throws {
        try await eventually("an alarm says '\(text)'") { try await alarms().contains { $0.contains(text) } }
    }

    /// Asks for a device's certificate with a new key.
    func sign(_ id: String) async throws -> HTTPAnswer {
        let csr = try await SigningRequests(sandbox: sandbox).pem(subject: "/O=\(Self.organization)/CN=\(id)")
        return try await request("POST", "pki/sign/device", json: ["csr": csr], token: try adminToken)
    }
}
