import ArgumentParser
import Foundation
import PKI
import Pauses

/// The composition root of both commands: the real clock, calendar, network and terminal.
struct Session {
    let clock = PauseClock()
    let now = Self.wallClock
    let publisher: Publisher
    let directory: String
    let lines: PublisherLines
    private let source: HTTPSource

    private static let wallClock: @Sendable () -> UnixTime = {
        UnixTime(Int64(Date().timeIntervalSince1970.rounded(.down)))
    }

    /// Runs a command's work with a publisher that has its directory; a failure becomes one line on standard error and exit status 1.
    static func open(_ options: PublisherOptions, interval: Duration, _ body: (Session) async throws -> Void) async throws {
        let lines = PublisherLines(json: options.json, now: wallClock)
        defer { lines.flush() }
        do {
            let anchor = try options.anchor()
            for reason in anchor.passedOver { lines.tell("crl-publisher: \(options.trust): passed over \(reason)") }
            let session = Session(options, lines: lines, anchor: anchor, interval: interval)
            do {
                try await session.publisher.start()
                try await body(session)
            } catch {
                try await session.source.close()
                throw error
            }
            try await session.source.close()
        } catch let exit as ExitCode {
            throw exit
        } catch {
            lines.tell("crl-publisher: \(error)")
            throw ExitCode(1)
        }
    }

    private init(_ options: PublisherOptions, lines: PublisherLines, anchor: TrustAnchor, interval: Duration) {
        let directory = options.directory
        let reload = options.onChange.map { [clock] in ReloadCommand(shell: $0, directory: directory, clock: clock) }
        self.directory = directory
        self.lines = lines
        source = HTTPSource(address: options.source, clock: clock)
        publisher = Publisher(
            source: source.documents, anchor: anchor, directory: OutputDirectory(path: directory), reload: reload, interval: interval,
            now: now, report: lines.report)
    }
}
