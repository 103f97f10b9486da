import Authority
import DurableFiles
import Foundation
import Logging
import PKI

/// One JSON object a line on standard error, for machines that collect logs.
struct JSONLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var fields = metadata.merging(event.metadata ?? [:]) { _, new in new }.mapValues(\.description)
        fields["level"] = event.level.rawValue
        fields["message"] = event.message.description
        fields["time"] = Timestamp.rfc3339(milliseconds: System.clock.milliseconds())
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Text in, text out: encoding a dictionary of strings does not fail.
        guard let line = try? encoder.encode(fields) else { return }
        ServerLog.lines.put(String(decoding: line, as: UTF8.self))
    }
}
