/// Decides which failures are worth a line: one that differs from the last, and every hundredth repetition.
struct RepeatedFailure: Sendable {
    private var last: PublishingFailure?
    private var count = 0

    /// - Returns: how often the failure has occurred in a row, when it is worth a line.
    mutating func note(_ failure: PublishingFailure) -> Int? {
        count = failure == last ? count + 1 : 1
        last = failure
        return count % 100 == 1 ? count : nil
    }

    /// After a success.
    ///
    /// - Returns: whether there was a failure before.
    mutating func clear() -> Bool {
        defer {
            last = nil
            count = 0
        }
        return last != nil
    }
}
