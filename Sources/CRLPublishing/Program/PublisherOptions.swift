import ArgumentParser
import DurableFiles
import Foundation
import PKI

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
