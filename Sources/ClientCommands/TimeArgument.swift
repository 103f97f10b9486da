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
            do { value = .moment(Int64(try Date(argument, strategy: .iso8601).timeIntervalSince1970)) } catch { return nil }
        }
    }

    /// Seconds since 1970; a distance is counted back from now.
    func before(_ now: Int64) -> Int64 {
        switch value {
        case .moment(let seconds): seconds
        case .distance(let seconds): now - seconds
        }
    }

    /// Seconds since 1970; a distance is counted on from now.
    func after(_ now: Int64) -> Int64 {
        switch value {
        case .moment(let seconds): seconds
        case .distance(let seconds): now + seconds
        }
    }
}
