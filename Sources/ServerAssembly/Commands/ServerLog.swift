import Authority
import DurableFiles
import Foundation
import Ledger
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
