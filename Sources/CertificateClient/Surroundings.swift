public import PKI

/// Clock, calendar and random source of the client; replaceable, so that every wait can be tested.
public struct Surroundings: Sendable {
    /// Measures pauses; need not agree with the calendar.
    public var clock: any Clock<Duration>
    /// The calendar.
    public var now: @Sendable () -> UnixTime
    /// A number from 0 up to 1, different each time.
    public var jitter: @Sendable () -> Double

    /// A program's entry point makes this once, from the system's clock and generator.
    public init(clock: any Clock<Duration>, now: @escaping @Sendable () -> UnixTime, jitter: @escaping @Sendable () -> Double) {
        self.clock = clock
        self.now = now
        self.jitter = jitter
    }

    /// Pauses; ends early only when the task is cancelled.
    package func sleep(_ pause: Duration) async throws(ClientError) {
        do { try await clock.sleep(for: pause) } catch { throw .cancelled }
    }
}
