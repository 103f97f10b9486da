import Foundation

/// A Mosquitto broker that wants a client certificate, and has a second, plain listener where the test hears what was published.
struct RunningMosquitto: Sendable {
    let sandbox: Sandbox
    let broker: RunningProgram
    private let port: Int
    private let plainPort: Int
    private let root: String

    /// Starts it with the service's certificate as its own, and waits until it listens.
    init(in sandbox: Sandbox, server: Enrolled, revocationList: String) async throws {
        self.sandbox = sandbox
        port = FreePorts.next()
        plainPort = FreePorts.next()
        root = server.root
        // Started by root, Mosquitto would turn into another user, who cannot read the sandbox.
        let configuration = """
            per_listener_settings true
            user root
            listener \(port) 127.0.0.1
            cafile \(server.root)
            certfile \(server.chain)
            keyfile \(server.key)
            crlfile \(revocationList)
            require_certificate true
            use_identity_as_username true
            allow_anonymous false
            listener \(plainPort) 127.0.0.1
            allow_anonymous true

            """
        broker = try sandbox.start("mosquitto", ["-v", "-c", try sandbox.write(configuration, to: "mosquitto.conf")])
        let broker = broker
        try await eventually("Mosquitto runs") {
            guard broker.isRunning else { throw ProgramFailed(outcome: try await broker.outcome()) }
            return broker.log.contains(" running")
        }
    }

    /// Whether a message of this certificate's holder arrives at a subscriber.
    func delivers(from holder: Enrolled) async throws -> Bool {
        let name = "ear-\(FreePorts.next())"
        let topic = "suites/" + name
        let ear = try sandbox.start(
            "mosquitto_sub", ["-h", "127.0.0.1", "-p", "\(plainPort)", "-i", name, "-t", topic, "-C", "1", "-W", "10"])
        try await eventually("the subscriber has subscribed") { broker.log.contains("Sending SUBACK to \(name)") }
        let sent = try await publish(topic: topic, holder)
        guard sent.status == 0 else {
            _ = try await ear.stop(SIGKILL)
            return false
        }
        return try await ear.outcome().output.contains("hello")
    }

    private func publish(topic: String, _ holder: Enrolled) async throws -> Outcome {
        try await sandbox.run(
            "mosquitto_pub",
            [
                "-h", "127.0.0.1", "-p", "\(port)", "--cafile", root, "--cert", holder.chain, "--key", holder.key, "-q", "1", "-t", topic,
                "-m",
                "hello",
            ], within: .seconds(15))
    }

    /// Whether a client without a certificate is let in.
    func admitsAnonymous() async throws -> Bool {
        try await sandbox.run(
            "mosquitto_pub", ["-h", "127.0.0.1", "-p", "\(port)", "--cafile", root, "-q", "1", "-t", "suites/anonymous", "-m", "hello"],
            within: .seconds(15)
        ).status == 0
    }
}
