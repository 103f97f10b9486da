import PKI

/// Why the wall clock is not believed. No certificate is dated by it meanwhile.
package enum ClockFault: Coded, Sendable, Equatable {
    /// It shows a time before the newest record; both in seconds since 1970.
    case behind(newest: Int64, now: Int64)
    /// It jumped forward while the server ran: it should show `expected`; both in seconds since 1970.
    case ahead(expected: Int64, now: Int64)

    /// Stable, snake_case.
    package var code: String {
        switch self {
        case .behind: "clock_behind"
        case .ahead: "clock_ahead"
        }
    }

    /// What is wrong.
    package var summary: String {
        switch self {
        case .behind(let newest, let now):
            "the CA's clock went back: it is \(Timestamp.rfc3339(now)), and the newest record is of \(Timestamp.rfc3339(newest))"
        case .ahead(let expected, let now):
            "the CA's clock jumped forward: it is \(Timestamp.rfc3339(now)), and should be about \(Timestamp.rfc3339(expected))"
        }
    }

    /// What to do about it: who asks for a certificate can only wait.
    package var remedy: String { "try again later; the administrator sets the clock right" }

    /// What health and log say.
    package var alarm: String {
        switch self {
        case .behind:
            "\(summary): nothing is issued until the clock is right; if it is right, restart with serve --trust-clock"
        case .ahead: "\(summary): nothing is issued until the clock is right; if it is right, restart the server"
        }
    }
}
