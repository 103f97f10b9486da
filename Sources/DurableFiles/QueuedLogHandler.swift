package import Logging

/// A log that writes each event as one line to a queue, in the form that its program likes.
package struct QueuedLogHandler: LogHandler {
    /// - Parameter fields: the event's metadata and the handler's own.
    /// - Returns: the line without its end; nil for none.
    package typealias Line = @Sendable (_ event: LogEvent, _ fields: [String: String]) -> String?

    private let queue: LineQueue
    private let line: Line
    package var metadata: Logger.Metadata = [:]
    package var logLevel: Logger.Level = .info

    package init(to queue: LineQueue, line: @escaping Line) {
        self.queue = queue
        self.line = line
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let fields = metadata.merging(event.metadata ?? [:]) { _, new in new }.mapValues(\.description)
        if let text = line(event, fields) { queue.put(text) }
    }
}
