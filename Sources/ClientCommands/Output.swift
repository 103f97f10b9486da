internal import ArgumentParser
internal import CertificateClient
internal import DurableFiles
internal import Foundation
internal import PKI

/// Where a command writes. Results go to standard output, everything else to standard error.
package struct Output: Sendable {
    private let write: @Sendable (String) -> Void
    private let writeError: @Sendable (String) -> Void

    /// - Parameters: called with whole lines that end in a line feed.
    package init(write: @escaping @Sendable (String) -> Void, writeError: @escaping @Sendable (String) -> Void) {
        self.write = write
        self.writeError = writeError
    }

    /// This process's own streams.
    static let standard = Output(
        write: { text in
            do { try StandardStream.output.write(text) } catch {
                // A result that nobody got is a failure (a full disk, a closed pipe).
                StandardStream.error.tell("ca-client: \(error)")
                exit(ExitCode.failure.rawValue)
            }
        },
        writeError: { StandardStream.error.tell(String($0.dropLast())) })

    /// Prints a result; a line feed is added when missing.
    func text(_ text: String) { write(text.hasSuffix("\n") ? text : text + "\n") }
    /// Prints a line that is not a result.
    func error(_ text: String) { writeError(text + "\n") }

    /// Prints a result as JSON, or as text for people.
    func report(_ report: some Report, as options: OutputOptions) throws(ClientError) {
        guard options.json else { return text(report.text) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do { text(visibleJSON(String(decoding: try encoder.encode(report), as: UTF8.self))) } catch {
            throw .unexpectedAnswer("the result cannot be written as JSON")
        }
    }
}

/// A command's result.
protocol Report: Encodable, Sendable {
    /// For people; lines without a trailing line feed.
    var text: String { get }
}

/// `--json`.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Print the result as JSON.")
    var json = false
}

/// Lines of `name: value`, values aligned; rows without a value are left out.
func table(_ rows: [(name: String, value: String?)]) -> String {
    let present = rows.compactMap { row in row.value.map { (row.name, $0) } }
    let width = present.map(\.0.count).max() ?? 0
    return present.map { $0.0 + ":" + String(repeating: " ", count: width - $0.0.count + 1) + visible($0.1) }.joined(separator: "\n")
}
