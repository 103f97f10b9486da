package import PKI

/// The source of the time of day.
package struct WallClock: Sendable {
    /// Milliseconds since 1970.
    package let milliseconds: @Sendable () -> Int64
    /// The fault for which no certificate may be dated by it now; nil when it is believed.
    package let fault: @Sendable () -> ClockFault?

    /// True when it has been believed for long enough to drop expired certificates from CRLs by it.
    package let isProven: @Sendable () -> Bool

    package init(
        milliseconds: @escaping @Sendable () -> Int64, fault: @escaping @Sendable () -> ClockFault? = { nil },
        isProven: @escaping @Sendable () -> Bool = { true }
    ) {
        self.milliseconds = milliseconds
        self.fault = fault
        self.isProven = isProven
    }

    /// The time of day.
    package var now: UnixTime { UnixTime(milliseconds: milliseconds()) }
}

/// Reasons why the wall clock is not believed. No certificate is dated by it meanwhile.
package enum ClockFault: Coded, Sendable, Equatable {
    /// It shows a time before the newest record.
    case behind(newest: UnixTime, now: UnixTime)
    /// It jumped forward while the server ran: it should show `expected`.
    case ahead(expected: UnixTime, now: UnixTime)

    /// Stable, snake_case.
    package var code: String {
        switch self {
        case .behind: "clock_behind"
        case .ahead: "clock_ahead"
        }
    }

    /// The fault in words.
    package var summary: String {
        switch self {
        case .behind(let newest, let now):
            "the CA's clock went back: it is \(now), and the newest record is of \(newest)"
        case .ahead(let expected, let now):
            "the CA's clock jumped forward: it is \(now), and should be about \(expected)"
        }
    }

    /// The next step for the caller, who can only wait.
    package var remedy: String { "try again later; the administrator sets the clock right" }

    /// Text of the alarm in health and log.
    package var alarm: String {
        switch self {
        case .behind:
            "\(summary): nothing is issued until the clock is right; if it is right, restart with serve --trust-clock"
        case .ahead: "\(summary): nothing is issued until the clock is right; if it is right, restart the server"
        }
    }
}
