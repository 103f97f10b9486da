import Foundation

/// The machine that a run was made on.
struct Machine: Codable {
    var processor: String
    var cores: Int
    var memoryMiB: Int
    var kernel: String
    var system: String
    /// Over the minute before the run: above zero, somebody else was using the machine.
    var loadAverage: Double

    /// As `/proc` describes it.
    static func describe() -> Self {
        let system = value(of: "PRETTY_NAME", in: "/etc/os-release", separator: "=").replacing("\"", with: "")
        return Self(
            processor: value(of: "model name", in: "/proc/cpuinfo", separator: ":"), cores: ProcessInfo.processInfo.processorCount,
            memoryMiB: Int(ProcessInfo.processInfo.physicalMemory >> 20), kernel: contents("/proc/sys/kernel/osrelease"), system: system,
            loadAverage: contents("/proc/loadavg").split(separator: " ").first.flatMap { Double($0) } ?? 0)
    }

    private static func contents(_ path: String) -> String {
        let octets = FileManager.default.contents(atPath: path) ?? Data()
        return String(decoding: octets, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private static func value(of key: String, in path: String, separator: Character) -> String {
        let line = contents(path).split(separator: "\n").first { $0.hasPrefix(key) }
        let parts = line?.split(separator: separator, maxSplits: 1) ?? []
        return parts.count == 2 ? parts[1].trimmingCharacters(in: .whitespaces) : "unknown"
    }
}
