/// Decides which failures are worth a line: one that was not there at the last look, and every hundredth repetition.
struct RepeatedFailure: Sendable {
    private var last: [(failure: PublishingFailure, times: Int)] = []
    /// Whether the last look was the first one without a failure.
    private(set) var hasJustRecovered = false

    /// - Parameter failures: of one look at the source.
    /// - Returns: those that are worth a line, and how often each has occurred in a row.
    mutating func note(_ failures: [PublishingFailure]) -> [(PublishingFailure, Int)] {
        hasJustRecovered = failures.isEmpty && !last.isEmpty
        last = failures.map { failure in (failure, (last.first { $0.failure == failure }?.times ?? 0) + 1) }
        return last.filter { $0.times % 100 == 1 }
    }
}
