import ArgumentParser
import DurableFiles
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

/// The options that `run` and `once` share.
struct PublisherOptions: ParsableArguments {
    @Option(help: "The CA's public address, such as http://ca.internal:8080.", transform: parseSource)
    var source: SourceAddress

    @Option(help: ArgumentHelp("The root's certificate (PEM) that everything must lead to.", valueName: "root.pem"))
    var trust: String

    @Option(help: ArgumentHelp("Where the lists go; made when it does not exist.", valueName: "DIR"))
    var output: String

    @Option(help: ArgumentHelp("Run with /bin/sh -c after a change, with CRL_DIR set to the output directory.", valueName: "CMD"))
    var onChange: String?

    @Flag(help: "Write a JSON object for each status line, on standard output.")
    var json = false

    /// The root, read from `--trust`.
    func anchor() throws(PublishingFailure) -> TrustAnchor {
        let octets: [UInt8]
        do { octets = try DurableFile.read(trust, limit: 1 << 20) } catch {
            throw .badTrustAnchor(path: trust, reason: error.summary)
        }
        return try TrustAnchor(pem: String(decoding: octets, as: UTF8.self), path: trust)
    }

    /// The output directory as an absolute path without the slash at its end: commands may change their directory.
    var directory: String {
        URL(fileURLWithPath: output).standardizedFileURL.path
    }
}

private func parseSource(_ text: String) throws -> SourceAddress {
    guard let address = SourceAddress(text) else {
        throw ValidationError("\(text) is not an http or https address such as http://127.0.0.1:8080")
    }
    return address
}

/// Reads `--interval`: whole seconds, from 1 s to a day.
func parseInterval(_ text: String) throws -> Duration {
    guard let seconds = GoDuration.seconds(text), (1...86_400).contains(seconds) else {
        throw ValidationError("\(text) is not an interval of 1s to 24h")
    }
    return .seconds(seconds)
}
