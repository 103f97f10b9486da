import Authority
import DurableFiles
import HTTPFront
import Logging
import Operations
import Pauses
import Publication
import ServiceLifecycle
import Synchronization

extension Server {
    /// Serves the published files, and an API that says why there is nothing else, until the disk has space (decision 70).
    /// - Parameters:
    ///   - error: the failure of the start, for the log.
    ///   - standIn: the API's certificate of this time, made once.
    /// - Returns: false when the program is told to end before.
    func waitForSpace(after error: any Error, _ standIn: inout StandInCertificate?) async throws -> Bool {
        logger.critical(
            "the disk is full: only what is published is served until there is space",
            metadata: [
                "code": "disk_full", "error": "\(OperatorError(error).summary)",
                "remedy": "free some space on the disk of \(directory.path)",
            ])
        if standIn == nil { standIn = await makeStandIn() }
        let waiting = SpaceWaiting(clock: PauseClock()) { isDiskFull() }
        var services: [any Service] = [listeners.published(), waiting]
        if let standIn {
            let alarm = Alarm("disk_full", "the disk is full: nothing is done but to publish the CRLs that there are")
            let tls = try ServerTLS(ServerIdentity(standIn.material))
            services.append(try listeners.api(instead: alarm, remedy: "the administrator frees some space", tls: tls))
        }
        try await run(services, endsWithAny: true)
        if waiting.hasEnded { logger.notice("there is space again") }
        return waiting.hasEnded
    }

    func isDiskFull() -> Bool {
        do { try DurableFile.probe(directory.path) } catch { return error.isFullDisk }
        return false
    }

    /// nil where a certificate cannot be made either: then nobody can ask the API.
    private func makeStandIn() async -> StandInCertificate? {
        do {
            let opened = try OpenedIssuers(directory, configuration, environment)
            let policies = try PolicyLoading(directory: directory, configuration: configuration, opened: opened).load()
            return try await StandInCertificate(
                policies: policies, hostNames: configuration.hostnames.map(\.description), clock: System.clock,
                randomness: System.randomness, logger: logger)
        } catch {
            logger.critical("the API is not served meanwhile", metadata: ["error": "\(OperatorError(error))"])
            return nil
        }
    }
}

/// Ends when the disk has space again.
private final class SpaceWaiting: Service {
    private let clock: any Clock<Duration>
    private let isFull: @Sendable () -> Bool
    private let ended = Mutex(false)

    private static let pause = Duration.seconds(2)

    init(clock: any Clock<Duration>, isFull: @escaping @Sendable () -> Bool) {
        self.clock = clock
        self.isFull = isFull
    }

    /// True when there was space, and not an end of the program.
    var hasEnded: Bool { ended.withLock { $0 } }

    func run() async throws {
        while await sleepUnlessShuttingDown(Self.pause, clock) {
            guard !isFull() else { continue }
            return ended.withLock { $0 = true }
        }
    }
}
