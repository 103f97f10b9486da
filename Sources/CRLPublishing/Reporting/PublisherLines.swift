import DurableFiles
import Foundation
import Logging
import PKI

/// What the publisher tells on standard output and standard error, and the log of its listener. Lists never wait for a reader of these lines.
struct PublisherLines: Sendable {
    private let output: LineQueue
    private let error: LineQueue
    private let json: Bool
    private let now: @Sendable () -> UnixTime

    /// - Parameter json: every line is a JSON object on standard output.
    init(json: Bool, now: @escaping @Sendable () -> UnixTime) {
        let lost: @Sendable (Int) -> String = { count in
            let time = (now()).description
            return json
                ? "{\"count\":\(count),\"event\":\"lines_lost\",\"time\":\"\(time)\"}"
                : "\(time) lines_lost: \(count), because nobody read them in time"
        }
        output = LineQueue(to: .output, lost: lost)
        error = LineQueue(to: .error, lost: lost)
        self.json = json
        self.now = now
    }

    /// Status lines go to standard output, trouble to standard error; with JSON everything goes to standard output.
    func report(_ event: PublisherEvent, _ totals: PublisherTotals) {
        let line = StatusLine(event, totals: totals, now: now())
        guard json else { return (event.isTrouble ? error : output).put(line.prose()) }
        // Text and numbers: their encoding does not fail.
        if let text = try? line.json() { output.put(text) }
    }

    /// A line for people on standard error.
    func tell(_ line: String) { error.put(line) }

    /// Of the listener and of the program's end, on standard error.
    var logger: Logger {
        Logger(label: "crl-publisher") { [error, now] _ in
            QueuedLogHandler(to: error) { event, fields in
                let details = fields.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }
                return "\(now()) \(event.level.rawValue): \(event.message)\(details.joined())"
            }
        }
    }

    /// Before the program exits: what a reader does not take within a second is lost.
    func flush() {
        output.flush()
        error.flush()
    }
}
