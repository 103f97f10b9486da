/// How long to wait after failures, in whole seconds. Never zero, so no clock and no server can make the agent spin.
enum Backoff {
    /// With a valid pair: full jitter between 30 s and a ceiling that doubles from one minute to one hour, but at most a twentieth of the life that is left.
    /// - Parameters:
    ///   - failures: in a row, from 1.
    ///   - remaining: seconds until the certificate expires.
    ///   - jitter: 0 to 1.
    static func whileValid(failures: Int, remaining: Int64, jitter: Double) -> Int64 {
        let floor: Int64 = 30
        let doubling = Int64(60) << min(failures - 1, 6)
        let ceiling = max(floor, min(3_600, doubling, remaining / 20))
        return floor + Int64(jitter * Double(ceiling - floor))
    }

    /// Without one, somebody is waiting: from a second or two, doubling to five minutes.
    static func withoutPair(failures: Int, jitter: Double) -> Int64 {
        let ceiling = min(300, Int64(1) << min(failures, 9))
        return max(1, ceiling / 2 + Int64(jitter * Double(ceiling - ceiling / 2)))
    }

    /// What the CA asked for, spread by a tenth, and at most an hour.
    static func asked(_ seconds: Int64, jitter: Double) -> Int64 {
        let seconds = min(max(0, seconds), 3_600)
        return min(3_600, seconds + Int64(jitter * Double(seconds) / 10))
    }
}
