import ArgumentParser
import Foundation
import Pauses

/// The composition root of both commands: the real clock, calendar, network and terminal.
struct Session {
    let clock = PauseClock()
    let now: @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970.rounded(.down)) }
    let publisher: Publisher
    let directory: String
    private let source: HTTPSource

    /// Runs a command's work with a publisher that has its directory; a failure becomes one line on standard error and exit status 1.
    static func open(_ options: PublisherOptions, interval: Duration, _ body: (Session) async throws -> Void) async throws {
        do {
            let anchor = try options.anchor()
            for reason in anchor.passedOver {
                FileHandle.standardError.write(Data("crl-publisher: \(options.trust): passed over \(reason)\n".utf8))
            }
            let session = Session(options, anchor: anchor, interval: interval)
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
            FileHandle.standardError.write(Data("crl-publisher: \(describe(error))\n".utf8))
            throw ExitCode(1)
        }
    }

    private init(_ options: PublisherOptions, anchor: TrustAnchor, interval: Duration) {
        let directory = options.directory
        let reload = options.onChange.map { [clock] in ReloadCommand(shell: $0, directory: directory, clock: clock) }
        self.directory = directory
        source = HTTPSource(address: options.source, clock: clock)
        publisher = Publisher(
            source: source.documents, anchor: anchor, directory: OutputDirectory(path: directory), reload: reload, interval: interval,
            now: now, report: Self.report(json: options.json, now: now))
    }

    /// Status lines go to standard output, trouble to standard error; with `--json` everything goes to standard output.
    private static func report(
        json: Bool, now: @escaping @Sendable () -> Int64
    ) -> @Sendable (PublisherEvent, PublisherTotals) -> Void {
        { event, totals in
            let line = StatusLine(event, totals: totals, now: now())
            let output = event.isTrouble && !json ? FileHandle.standardError : FileHandle.standardOutput
            do {
                try output.write(contentsOf: Data(((json ? try line.json() : line.prose()) + "\n").utf8))
            } catch {
                // Whoever read the lines is gone; the lists matter more than the lines.
            }
        }
    }

    private static func describe(_ error: any Error) -> String {
        guard let failure = error as? PublishingFailure else { return String(describing: error) }
        return "\(failure.summary) · remedy: \(failure.remedy)"
    }
}
