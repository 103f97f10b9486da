internal import ArgumentParser
internal import PKI

/// A duration on the command line, in Go's notation or seconds.
struct DurationArgument: ExpressibleByArgument, Sendable, Equatable {
    /// 24 hours.
    static let day = DurationArgument(text: "24h")

    /// As it was written; every part of the API reads the same notation.
    let text: String

    init?(argument: String) {
        guard let seconds = GoDuration.seconds(argument), seconds > 0 else { return nil }
        text = argument
    }

    private init(text: String) { self.text = text }

    var defaultValueDescription: String { text }
}
