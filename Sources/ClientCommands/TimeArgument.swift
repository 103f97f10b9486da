internal import ArgumentParser
internal import Foundation
internal import PKI

/// A time on the command line: RFC 3339, seconds since 1970, or a distance from now such as `24h` or `7d`.
struct TimeArgument: ExpressibleByArgument, Sendable, Equatable {
    private enum Value: Sendable, Equatable {
        case moment(UnixTime)
        case distance(Int64)
    }

    private let value: Value

    init?(argument: String) {
        if let seconds = Int64(argument), seconds >= 0 {
            value = .moment(UnixTime(seconds))
        } else if let distance = GoDuration.seconds(argument) {
            value = .distance(distance)
        } else {
            let date: Date
            do { date = try Date(argument, strategy: .iso8601) } catch { return nil }
            guard let seconds = Int64(exactly: date.timeIntervalSince1970.rounded(.down)) else { return nil }
            value = .moment(UnixTime(seconds))
        }
    }

    /// A distance is counted back from now.
    func before(_ now: UnixTime) -> UnixTime {
        switch value {
        case .moment(let time): time
        case .distance(let seconds): now - seconds
        }
    }

    /// A distance is counted on from now.
    func after(_ now: UnixTime) -> UnixTime {
        switch value {
        case .moment(let time): time
        case .distance(let seconds): now + seconds
        }
    }
}
