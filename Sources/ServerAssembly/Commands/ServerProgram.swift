package import ArgumentParser
import Authority
import DurableFiles
import Foundation
import Ledger
import Logging
import Operations
import PKI
import Synchronization

/// `ca-server`.
package struct ServerProgram: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "ca-server",
        abstract: "A private certificate authority for devices and services.",
        discussion: """
            Example: ca-server init --data /var/lib/signet --organization acme
                     ca-server serve --data /var/lib/signet
            """,
        subcommands: [
            InitCommand.self, ServeCommand.self, VerifyCommand.self, RootCommand.self, IssuerCommand.self, AdminTokenCommand.self,
            BackupCommand.self, RestoreCommand.self,
        ])

    package init() {}
}

/// Options of every command.
struct CommonOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Directory of the CA.", valueName: "dir"))
    var data: String

    @Flag(help: "Print JSON on standard output.")
    var json = false

    var directory: DataDirectory { DataDirectory(data) }

    /// Refuses a data directory that others can change.
    /// - Parameter configuration: the configuration file; nil: the directory's own.
    func refuseOpenPlaces(configuration: String? = nil, owners: Bool = false) throws(OperatorError) {
        try TrustedPlaces(directory: directory, configuration: configuration ?? directory.configuration).check(owners: owners)
    }

    /// The process's environment, checked.
    func environment() throws(OperatorError) -> ServerEnvironment {
        do { return try ServerEnvironment(ProcessInfo.processInfo.environment) } catch { throw OperatorError(error) }
    }

    /// The configuration with the process's environment, both checked.
    /// - Parameter file: nil: the data directory's own.
    func configuration(_ file: String? = nil) throws(OperatorError) -> (ServerConfiguration, ServerEnvironment) {
        let environment = ServerEnvironment(collecting: ProcessInfo.processInfo.environment)
        do {
            return (try ServerConfiguration.read(file ?? directory.configuration, environment: environment), environment)
        } catch { throw OperatorError(error) }
    }
}

/// Runs a command's work; whatever fails is told in two sentences on standard error, exit status 1.
func reporting(_ body: () async throws -> Void) async throws {
    do {
        try await body()
    } catch let code as ExitCode {
        throw code
    } catch {
        ServerLog.lines.put("ca-server: \(OperatorError(error))")
        ServerLog.lines.flush()
        throw ExitCode.failure
    }
}

/// Prints one JSON object on standard output.
func printJSON(_ value: some Encodable, to stream: StandardStream = .output) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try stream.write(String(decoding: try encoder.encode(value), as: UTF8.self) + "\n")
}

extension ServerProgram {
    /// Runs the program with the process's arguments; never returns.
    package static func start() async {
        CoreDumps.forbid()
        FileSizeLimit.isAnError()
        await main()
    }
}

/// Standard error as the server writes it: nobody who has a line to tell waits for its reader.
enum ServerLog {
    private static let isJSON = Mutex(false)

    /// The one queue of this process.
    static let lines = LineQueue(to: .error) { lost in
        isJSON.withLock { $0 }
            ? #"{"level":"warning","lines":"\#(lost)","message":"log lines were lost: standard error was not read"}"#
            : "ca-server: \(lost) log lines were lost: standard error was not read"
    }

    /// The handler of a command's loggers.
    static func handler(label: String, json: Bool) -> any LogHandler {
        isJSON.withLock { $0 = json }
        return QueuedLogHandler(to: lines) { json ? object($0, $1) : text($0, $1, label: label) }
    }

    /// For people: time, level, program, metadata, message.
    private static func text(_ event: LogEvent, _ fields: [String: String], label: String) -> String {
        let head = "\(UnixTime.rfc3339(milliseconds: System.clock.milliseconds())) \(event.level) \(label):"
        let details = fields.map { "\($0)=\($1)" }.sorted()
        return ([head] + details + ["[\(event.source)]", "\(event.message)"]).joined(separator: " ")
    }

    /// A JSON object, for machines that collect logs.
    private static func object(_ event: LogEvent, _ fields: [String: String]) -> String? {
        var fields = fields
        fields["level"] = event.level.rawValue
        fields["message"] = event.message.description
        fields["time"] = UnixTime.rfc3339(milliseconds: System.clock.milliseconds())
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Text in, text out: encoding a dictionary of strings does not fail.
        return (try? encoder.encode(fields)).map { String(decoding: $0, as: UTF8.self) }
    }
}
