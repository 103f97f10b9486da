import Authority
import CoreFoundation
import Foundation
import Glibc
import HTTPFront
import Ledger
import Operations
import PKI

/// The one place where time and chance come from the machine.
enum System {
    static let clock = WallClock { Int64((Date().timeIntervalSince1970 * 1000).rounded(.down)) }

    /// Both clocks, for the guard.
    static let clocks: @Sendable () -> ClockReading = { ClockReading(wall: clock.milliseconds(), uptime: uptime) }

    static let randomness = Randomness { SystemRandomNumberGenerator() }

    static let listenerEnvironment = ListenerEnvironment(
        now: { clock.now },
        makeRequestID: {
            var generator = SystemRandomNumberGenerator()
            return requestID(using: &generator)
        })

    static let limiterEnvironment: RequestLimiter.Environment = {
        let start = ContinuousClock.now
        return RequestLimiter.Environment(
            now: {
                let (seconds, attoseconds) = start.duration(to: .now).components
                return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
            },
            random: { Int64.random(in: 0...$0) })
    }()

    /// A UUID of version 4 in lower case (RFC 9562 §5.4).
    private static func requestID(using generator: inout SystemRandomNumberGenerator) -> String {
        let high = generator.next() & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
        let low = generator.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for digit in 0..<32 {
            if (8...20).contains(digit), digit % 4 == 0 { text.append(UInt8(ascii: "-")) }
            let word = digit < 16 ? high : low
            text.append(hexadecimalDigit(UInt8(truncatingIfNeeded: word >> UInt64(60 - digit % 16 * 4) & 15)))
        }
        return String(decoding: text, as: UTF8.self)
    }
}

// A release build finds timespec there when other files of the module import Foundation.

extension System {
    /// Milliseconds since the machine started, sleep included; 0 where the kernel does not tell.
    static var uptime: Int64 {
        var time = timespec()
        guard unsafe clock_gettime(CLOCK_BOOTTIME, &time) == 0 else { return 0 }
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
