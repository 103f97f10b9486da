import NIOCore
import NIOPosix

/// A clock for pauses, on the relative timers of NIO's event loops.
///
/// `ContinuousClock` sleeps by Dispatch, which arms absolute timers. Those are right on any kernel, but libfaketime moves them with the wall
/// clock, even when it is told to leave the monotonic clocks alone: with a calendar set back by two hours a pause of a second takes two hours.
package struct PauseClock: Clock {
    /// A moment of the machine's uptime.
    package struct Instant: InstantProtocol {
        fileprivate var nanoseconds: UInt64

        /// Before the machine's start is its start.
        package func advanced(by duration: Duration) -> Instant {
            let sum = Int64(clamping: nanoseconds).addingReportingOverflow(TimeAmount(duration).nanoseconds)
            return Instant(nanoseconds: sum.overflow ? .max : UInt64(max(0, sum.partialValue)))
        }

        package func duration(to other: Instant) -> Duration {
            .nanoseconds(Int64(clamping: other.nanoseconds) - Int64(clamping: nanoseconds))
        }

        package static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }
    }

    package init() {}

    package var now: Instant { Instant(nanoseconds: NIODeadline.now().uptimeNanoseconds) }

    package var minimumResolution: Duration { .nanoseconds(1) }

    /// Throws when the task is cancelled before the deadline.
    package func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        try Task.checkCancellation()
        let pause = TimeAmount(now.duration(to: deadline))
        let end = MultiThreadedEventLoopGroup.singleton.next().scheduleTask(in: pause) {}
        try await withTaskCancellationHandler {
            do { try await end.futureResult.get() } catch { throw CancellationError() }
        } onCancel: {
            end.cancel()
        }
    }
}
