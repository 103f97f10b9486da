import Authority
import DurableFiles
import Logging
import PKI
import Synchronization

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
        if json { return JSONLogHandler() }
        return TextLogHandler(label: label)
    }
}

/// One line for people on standard error: time, level, program, metadata, message.
struct TextLogHandler: LogHandler {
    let label: String
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .info

    init(label: String) { self.label = label }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let fields = metadata.merging(event.metadata ?? [:]) { _, new in new }.map { "\($0)=\($1)" }.sorted()
        let time = Timestamp.rfc3339(milliseconds: System.clock.milliseconds())
        let head = "\(time) \(event.level) \(label):"
        ServerLog.lines.put(([head] + fields + ["[\(event.source)]", "\(event.message)"]).joined(separator: " "))
    }
}
