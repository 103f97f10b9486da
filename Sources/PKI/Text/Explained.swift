/// An error that explains itself: as the programs print it, the log keeps it and the API answers with it.
///
/// Its `description` is for those who run the program, so that no log line hides a cause.
package protocol Explained: Error, CustomStringConvertible {
    /// The fault in words, with the offending value.
    var summary: String { get }
    /// The next step in words.
    var remedy: String { get }
    /// Both for those who run the program; they differ where somebody who asks over the network is not told the cause.
    var operatorText: (summary: String, remedy: String) { get }
}

extension Explained {
    package var operatorText: (summary: String, remedy: String) { (summary, remedy) }
    package var description: String { "\(operatorText.summary) · remedy: \(operatorText.remedy)" }
}

/// An explained error that programs tell from others by its code.
package protocol Coded: Explained {
    /// Stable, snake_case.
    var code: String { get }
}
