internal import ArgumentParser
internal import Foundation
internal import PKI

/// A time on the command line: RFC 3339, seconds since 1970, or a distance from now such as `24h` or `7d`.
struct TimeArgument: ExpressibleByArgument, Sendable, Equatable {
    private enum Value: Sendable, Equatable {
        case moment(Int64)
        case distance(Int64)
    }

    private let value: Value

    init?(argument: String) {
        if let seconds = Int64(argument), seconds >= 0 {
            value = .moment(seconds)
        } else if let distance = GoDuration.seconds(argument) {
            value = .distance(distance)
        } else {
            let date: Date
            do { date = try Date(argument, strategy: .iso8601) } catch { return nil }
            guard let seconds = Int64(exactly: date.timeIntervalSince1970.rounded(.down)) else { return nil }
            value = .moment(seconds)
        }
    }

    /// Seconds since 1970; a distance is counted back from now.
    func before(_ now: Int64) -> Int64 {
        switch value {
        case .moment(let seconds): seconds
        case .distance(let seconds): Self.sum(now, -seconds)
        }
    }

    /// Seconds since 1970; a distance is counted on from now.
    func after(_ now: Int64) -> Int64 {
        switch value {
        case .moment(let seconds): seconds
        case .distance(let seconds): Self.sum(now, seconds)
        }
    }

    /// Beyond what an integer holds is its end: as good as for ever.
    private static func sum(_ now: Int64, _ distance: Int64) -> Int64 {
        let (sum, overflow) = now.addingReportingOverflow(distance)
        return overflow ? (distance < 0 ? .min : .max) : sum
    }
}
