import Foundation
import Synchronization

/// TCP ports of the loopback interface that nothing uses, below those that the kernel hands out for outgoing connections.
enum FreePorts {
    private static let range = 20_000..<32_000
    private static let last = Atomic<Int>(Int(ProcessInfo.processInfo.processIdentifier))

    /// A port that no other call has answered in this process and that is free now.
    static func next() -> Int {
        let used = inUse()
        while true {
            let port = range.lowerBound + last.add(1, ordering: .relaxed).newValue % range.count
            if !used.contains(port) { return port }
        }
    }

    /// Local ports in `/proc/net/tcp`: the second column is `address:port`, in hexadecimal.
    private static func inUse() -> Set<Int> {
        var ports: Set<Int> = []
        for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
            let text = String(decoding: FileManager.default.contents(atPath: table) ?? Data(), as: UTF8.self)
            for row in text.split(separator: "\n").dropFirst() {
                let columns = row.split(separator: " ")
                guard columns.count > 1, let port = columns[1].split(separator: ":").last else { continue }
                if let number = Int(port, radix: 16) { ports.insert(number) }
            }
        }
        return ports
    }
}
