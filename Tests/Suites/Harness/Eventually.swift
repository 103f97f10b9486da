/// Asks again and again until the condition holds; throws, naming it, when it never does.
func eventually(
    _ what: @autoclosure () -> String, within limit: Duration = .seconds(20), every pause: Duration = .milliseconds(50),
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !condition() {
        guard ContinuousClock.now < deadline else { throw NeverHappened(what: what()) }
        try await Task.sleep(for: pause)
    }
}

/// Waits until the clock shows another second: what the ledger dates by the second is then in order.
func nextSecond() async throws {
    let start = ContinuousClock.now
    try await eventually("a second passes") { ContinuousClock.now > start + .seconds(1) }
}

/// A condition was waited for in vain.
struct NeverHappened: Error, CustomStringConvertible {
    let what: String
    var description: String { "waited in vain: \(what)" }
}
