package import Ledger
package import PKI
import Synchronization

/// A wall clock that tests set.
package final class ManualTime: Sendable {
    private let state: Mutex<UnixTime>
    private let fault = Mutex<ClockFault?>(nil)

    package init(_ now: UnixTime) {
        state = Mutex(now)
    }

    /// From here on the clock is not believed; nil: it is again.
    package func distrust(_ fault: ClockFault?) { self.fault.withLock { $0 = fault } }

    package var now: UnixTime { state.withLock { $0 } }

    package func advance(_ seconds: Int64) { state.withLock { $0 += seconds } }

    package var wallClock: WallClock { WallClock(milliseconds: { self.now.milliseconds }, fault: { self.fault.withLock { $0 } }) }
}

/// Values that closures collect.
package final class Collected<Value: Sendable>: Sendable {
    private let values = Mutex<[Value]>([])

    package init() {}

    package var all: [Value] { values.withLock { $0 } }

    package func add(_ value: Value) { values.withLock { $0.append(value) } }
}
