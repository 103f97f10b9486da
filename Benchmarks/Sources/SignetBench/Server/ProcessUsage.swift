import Foundation

/// What a process has used, from `/proc`.
struct ProcessUsage {
    /// Microseconds of CPU, user and system, all threads.
    let cpu: Double
    /// Resident memory in MiB.
    let residentMiB: Double
    /// The most that was resident since the start, or since `forgetPeak`.
    let peakMiB: Double

    /// Reads `/proc/ID/stat` and `status`.
    static func of(_ id: Int32) throws -> Self {
        let status = try ProcFile.lines("/proc/\(id)/status")
        return Self(
            cpu: try cpu(of: id), residentMiB: try kibibytes("VmRSS:", in: status, of: id) / 1024,
            peakMiB: try kibibytes("VmHWM:", in: status, of: id) / 1024)
    }

    /// Microseconds of CPU alone, in ticks of 10 ms.
    static func cpu(of id: Int32) throws -> Double {
        let stat = try ProcFile.text("/proc/\(id)/stat")
        // The name, in parentheses, may hold spaces; utime and stime are the 14th and 15th field, the 12th and 13th after it.
        guard let name = stat.lastIndex(of: ")") else { throw BenchmarkFailure.unreadable("/proc/\(id)/stat") }
        let fields = stat[stat.index(after: name)...].split(separator: " ")
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else {
            throw BenchmarkFailure.unreadable("/proc/\(id)/stat")
        }
        return (user + system) / ProcFile.ticksPerSecond * 1e6
    }

    /// Microseconds of CPU of the threads that there are, to the nanosecond (`/proc/ID/task/*/schedstat`); for short times, in which no thread ends.
    static func threadsCPU(of id: Int32) throws -> Double {
        let threads = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(id)/task")
        return threads.reduce(0) { sum, thread in
            // A thread that has just ended has no file any more.
            let text = (try? ProcFile.text("/proc/\(id)/task/\(thread)/schedstat")) ?? ""
            return sum + (text.split(separator: " ").first.flatMap { Double($0) } ?? 0) / 1000
        }
    }

    /// Lets the peak start again from what is resident now (proc(5), clear_refs).
    static func forgetPeak(of id: Int32) throws {
        try Data("5".utf8).write(to: URL(fileURLWithPath: "/proc/\(id)/clear_refs"))
    }

    private static func kibibytes(_ key: String, in status: [Substring], of id: Int32) throws -> Double {
        let line = status.first { $0.hasPrefix(key) }
        guard let value = line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Double($0) }) else {
            throw BenchmarkFailure.unreadable("/proc/\(id)/status")
        }
        return value
    }
}

/// CPU of the whole machine since its start, from `/proc/stat`. Microseconds of one core.
struct MachineUsage {
    let total: Double
    /// By anybody, the hypervisor's share left out.
    let busy: Double
    /// Wanted by this machine and given to another one.
    let stolen: Double

    /// Reads the first line.
    static func now() throws -> Self {
        let fields = try ProcFile.lines("/proc/stat").first?.split(separator: " ").dropFirst().compactMap { Double($0) } ?? []
        guard fields.count >= 8 else { throw BenchmarkFailure.unreadable("/proc/stat") }
        // user nice system idle iowait irq softirq steal; guests are in user already.
        let ticks = 1e6 / ProcFile.ticksPerSecond
        let busy = fields[0] + fields[1] + fields[2] + fields[5] + fields[6]
        return Self(total: fields[..<8].reduce(0, +) * ticks, busy: busy * ticks, stolen: fields[7] * ticks)
    }
}

/// Files of `/proc`, which have no size before they are read.
enum ProcFile {
    static let ticksPerSecond = Double(sysconf(Int32(_SC_CLK_TCK)))

    static func text(_ path: String) throws -> String {
        guard let contents = FileManager.default.contents(atPath: path) else { throw BenchmarkFailure.unreadable(path) }
        return String(decoding: contents, as: UTF8.self)
    }

    static func lines(_ path: String) throws -> [Substring] { try text(path).split(separator: "\n") }
}
