import PKI

/// What an operator is told when a command of `ca-server` cannot go on: what, and what to do.
package struct OperatorError: Explained, Sendable {
    package let summary: String
    package let remedy: String

    package init(summary: String, remedy: String) {
        self.summary = summary
        self.remedy = remedy
    }

    /// Gives any error its two sentences.
    package init(_ error: any Error) {
        (summary, remedy) = (error as? any Explained)?.operatorText ?? ("\(error)", "see the log")
    }
}
