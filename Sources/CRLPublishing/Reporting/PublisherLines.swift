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
            let time = now().description
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

/// An event as one line: prose for people, or a JSON object with `--json`.
struct StatusLine: Encodable {
    private let time: String
    private let event: String
    private var lists: [ListStatus]?
    private var files: [String]?
    private var file: String?
    private var kind: String?
    private var summary: String?
    private var remedy: String?
    private var times: Int?
    private var retryIn: Double?
    private let totals: PublisherTotals

    enum CodingKeys: String, CodingKey {
        case time, event, lists, files, file, kind, summary, remedy, times, totals
        case retryIn = "retry_in_seconds"
    }

    init(_ event: PublisherEvent, totals: PublisherTotals, now: UnixTime) {
        time = now.description
        self.event = event.name
        self.totals = totals
        switch event {
        case .started(let lists), .unchanged(let lists): self.lists = lists
        case .published(let lists, let files): (self.lists, self.files) = (lists, files)
        case .ageing(let list), .expired(let list): lists = [list]
        case .damaged(let file, let reason): (self.file, summary) = (file, reason)
        case .failed(let failure, let times):
            (kind, summary, remedy, self.times) = (failure.kind, failure.summary, failure.remedy, times)
        case .reloadFailed(let failure, let retry):
            (summary, remedy) = (failure.summary, failure.remedy)
            retryIn = retry.map { Double($0.components.seconds) }
        case .auditLogRecovered(let held, let now):
            summary = "the CA was recovered from a backup: its audit log goes on at row \(now), \(held) was seen before"
            remedy = "run `ca-server verify --published` on this directory at the CA, unless the recovery was yours"
        case .recovered, .reloaded: break
        }
    }

    /// One line of JSON with its keys sorted.
    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    /// `2026-05-01T12:00:00Z published: devices 17 (3 entries, until 2026-05-08T11:58:00Z)`
    func prose() -> String {
        var line = "\(time) \(event)"
        var details: [String] = []
        if let file { details.append(file) }
        if let summary { details.append(summary) }
        if let lists, !lists.isEmpty { details.append(lists.map(Self.prose).joined(separator: ", ")) }
        if !details.isEmpty { line += ": " + details.joined(separator: ": ") }
        if let times, times > 1 { line += ", \(times) times" }
        if let remedy { line += " · remedy: \(remedy)" }
        if let retryIn { line += ", tried again in \(Int(retryIn)) s" }
        return line
    }

    private static func prose(_ list: ListStatus) -> String {
        "\(list.issuer) \(list.number) (\(list.entries) entries, until \(list.nextUpdate))"
    }
}
