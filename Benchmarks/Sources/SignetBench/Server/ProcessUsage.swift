import Foundation

/// What a process has used, from `/proc`.
struct ProcessUsage {
    /// Microseconds of CPU, user and system, all threads.
    let cpu: Double
    /// Resident memory in MiB.
    let residentMiB: Double

    /// Reads `/proc/ID/stat` and `status`.
    static func of(_ id: Int32) throws -> Self {
        let stat = try read("/proc/\(id)/stat")
        // The name, in parentheses, may hold spaces; utime and stime are the 14th and 15th field, the 12th and 13th after it.
        guard let name = stat.lastIndex(of: ")") else { throw BenchmarkFailure.unreadable("/proc/\(id)/stat") }
        let fields = stat[stat.index(after: name)...].split(separator: " ")
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else {
            throw BenchmarkFailure.unreadable("/proc/\(id)/stat")
        }
        let line = try read("/proc/\(id)/status").split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        guard let resident = line?.split(separator: " ").dropFirst().first.flatMap({ Double($0) }) else {
            throw BenchmarkFailure.unreadable("/proc/\(id)/status")
        }
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        return Self(cpu: (user + system) / ticks * 1e6, residentMiB: resident / 1024)
    }

    private static func read(_ path: String) throws -> String {
        guard let contents = FileManager.default.contents(atPath: path) else { throw BenchmarkFailure.unreadable(path) }
        return String(decoding: contents, as: UTF8.self)
    }
}
