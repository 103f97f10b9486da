import ArgumentParser
import Foundation

/// The composition root of both commands: the real clock, calendar, network and terminal.
struct Session {
    let clock = ContinuousClock()
    let now: @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970.rounded(.down)) }
    let source: HTTPSource
    let publisher: Publisher
    let directory: String

    init(_ options: PublisherOptions, interval: Duration) throws(PublishingFailure) {
        let directory = options.directory
        let source = HTTPSource(address: options.source, clock: clock)
        let reload = options.onChange.map { [clock] in ReloadCommand(shell: $0, directory: directory, clock: clock) }
        self.source = source
        self.directory = directory
        publisher = Publisher(
            source: source.documents, anchor: try options.anchor(), directory: OutputDirectory(path: directory), reload: reload,
            interval: interval, now: now, report: Self.report(json: options.json, now: now))
    }

    /// Status lines go to standard output, trouble to standard error; with `--json` everything goes to standard output.
    private static func report(
        json: Bool, now: @escaping @Sendable () -> Int64
    ) -> @Sendable (PublisherEvent, PublisherTotals) -> Void {
        { event, totals in
            let line = StatusLine(event, totals: totals, now: now())
            let output = event.isTrouble && !json ? FileHandle.standardError : FileHandle.standardOutput
            do {
                output.write(Data(((json ? try line.json() : line.prose()) + "\n").utf8))
            } catch {
                FileHandle.standardError.write(Data("\(line.prose())\n".utf8))
            }
        }
    }
}

/// Runs the body of a command; a failure becomes one line on standard error and exit status 1.
func reportingFailures(_ body: () async throws -> Void) async throws {
    do {
        try await body()
    } catch let failure as PublishingFailure {
        FileHandle.standardError.write(Data("crl-publisher: \(failure.summary) · remedy: \(failure.remedy)\n".utf8))
        throw ExitCode(1)
    } catch let exit as ExitCode {
        throw exit
    } catch {
        FileHandle.standardError.write(Data("crl-publisher: \(error)\n".utf8))
        throw ExitCode(1)
    }
}
