import Authority
import Foundation
import HTTPFront

/// The one place where time and chance come from the machine.
enum System {
    static let clock = WallClock { Int64((Date().timeIntervalSince1970 * 1000).rounded(.down)) }

    static let randomness = Randomness { SystemRandomNumberGenerator() }

    static let listenerEnvironment = ListenerEnvironment(
        now: { clock.seconds }, makeRequestID: { UUID().uuidString.lowercased() })
}
