import Foundation

/// What the disk asks for durability.
struct DiskLimit {
    /// Microseconds of wall time, the median, of 4 KiB appended and fdatasync.
    let appendP50: Double
    /// The same at the 99th percentile.
    let appendP99: Double

    /// Appends in a file of the folder that the server's data is in.
    static func measure(in folder: String, quick: Bool) throws -> Self {
        let path = folder + "/fdatasync"
        let file = unsafe open(path, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw BenchmarkFailure.system("open", errno: errno) }
        defer {
            close(file)
            unsafe unlink(path)
        }
        let block = [UInt8](repeating: 0x5a, count: 4096)
        let clock = ContinuousClock()
        var samples: [Int64] = []
        for _ in 0..<(quick ? 200 : 1000) {
            let start = clock.now
            guard unsafe write(file, block, block.count) == block.count else { throw BenchmarkFailure.system("write", errno: errno) }
            guard fdatasync(file) == 0 else { throw BenchmarkFailure.system("fdatasync", errno: errno) }
            samples.append(Int64((clock.now - start) / .nanoseconds(1)))
        }
        let percentiles = Percentiles(samples)
        return Self(appendP50: percentiles[0.5], appendP99: percentiles[0.99])
    }
}
