import Foundation

/// CPU time of this process's threads.
enum CPUTime {
    /// Nanoseconds that the calling thread has used so far.
    static func thread() -> Int64 { nanoseconds(of: CLOCK_THREAD_CPUTIME_ID) }

    /// Nanoseconds that all threads of this process have used so far.
    static func process() -> Int64 { nanoseconds(of: CLOCK_PROCESS_CPUTIME_ID) }

    private static func nanoseconds(of clock: clockid_t) -> Int64 {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}

/// Microseconds of this thread's CPU per call: the median of several rounds.
func cost(rounds: Int = 9, iterations: Int, _ work: () throws -> Void) rethrows -> Double {
    var costs: [Double] = []
    for _ in 0..<rounds {
        let start = CPUTime.thread()
        for _ in 0..<iterations { try work() }
        costs.append(Double(CPUTime.thread() - start) / Double(iterations) / 1000)
    }
    return costs.sorted()[rounds / 2]
}
