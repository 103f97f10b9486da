import Dispatch
import Foundation
import Glibc
package import Logging
import Synchronization

/// Lines on their way to a stream whose reader may stall: a thread of its own writes them, and nobody who has a line to tell ever waits.
///
/// What waits is bounded. Lines beyond that are dropped and counted, and the count is told where they are missing, once there is room again.
package final class LineQueue: Sendable {
    private struct State {
        var lines: [[UInt8]] = []
        /// Of the lines that wait, and of those that are being written.
        var octets = 0
        var dropped = 0
        /// The thread has something to do, and knows it.
        var isBusy = false

        /// The next lines to write; nil when there are none.
        mutating func take(afterWriting written: Int) -> (lines: [[UInt8]], dropped: Int)? {
            octets -= written
            defer { (lines, dropped) = ([], 0) }
            isBusy = !lines.isEmpty || dropped > 0
            return isBusy ? (lines, dropped) : nil
        }
    }

    private let state = Mutex(State())
    private let arrived = DispatchSemaphore(value: 0)
    private let descriptor: Int32
    private let limit: Int
    private let lost: @Sendable (Int) -> String

    /// Octets that may wait: some ten thousand lines.
    package static let standardLimit = 1 << 20

    /// - Parameters:
    ///   - descriptor: stays open for as long as the process lives.
    ///   - limit: octets that may wait.
    ///   - lost: the line that tells how many were dropped.
    package init(to descriptor: Int32, limit: Int = standardLimit, lost: @escaping @Sendable (Int) -> String) {
        self.descriptor = descriptor
        self.limit = limit
        self.lost = lost
        Thread.detachNewThread { self.drain() }
    }

    /// - Parameter lost: the line that tells how many were dropped.
    package convenience init(to stream: StandardStream, lost: @escaping @Sendable (Int) -> String) {
        self.init(to: stream.rawValue, lost: lost)
    }

    /// Adds a line, given without its end; returns at once.
    package func put(_ line: String) {
        let octets = Array("\(line)\n".utf8)
        let isNews = state.withLock { state in
            if octets.count > limit - state.octets {
                state.dropped += 1
            } else {
                state.lines.append(octets)
                state.octets += octets.count
            }
            defer { state.isBusy = true }
            return !state.isBusy
        }
        if isNews { arrived.signal() }
    }

    /// Waits until everything is written, but no longer than this: before the process exits.
    /// - Returns: whether everything was written.
    @discardableResult
    package func flush(within seconds: Double = 1) -> Bool {
        // Short pauses, not one timed wait: such a wait goes by the wall clock, which may be set meanwhile.
        for _ in 0..<Int(seconds * 200) where state.withLock({ $0.isBusy }) { usleep(5_000) }
        return state.withLock { !$0.isBusy }
    }

    private func drain() {
        var (written, untold) = (0, 0)
        while true {
            guard let batch = state.withLock({ $0.take(afterWriting: written) }) else {
                written = 0
                arrived.wait()
                continue
            }
            written = batch.lines.reduce(0) { $0 + $1.count }
            untold += batch.dropped
            for line in batch.lines where !write(line) { untold += 1 }
            if untold > 0, write(Array("\(lost(untold))\n".utf8)) { untold = 0 }
        }
    }

    private func write(_ line: [UInt8]) -> Bool {
        var offset = 0
        while offset < line.count {
            let count = unsafe line.withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress?.advanced(by: offset), $0.count - offset)
            }
            if count > 0 { offset += count } else if errno == EAGAIN { waitForRoom() } else if errno != EINTR { return false }
        }
        return true
    }

    /// A terminal or pipe that somebody else made non-blocking.
    private func waitForRoom() {
        var room = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&room, 1, -1)
    }
}

/// A log that writes each event as one line to a queue, in the form that its program likes.
package struct QueuedLogHandler: LogHandler {
    /// - Parameter fields: the event's metadata and the handler's own.
    /// - Returns: the line without its end; nil for none.
    package typealias Line = @Sendable (_ event: LogEvent, _ fields: [String: String]) -> String?

    private let queue: LineQueue
    private let line: Line
    package var metadata: Logger.Metadata = [:]
    package var logLevel: Logger.Level = .info

    package init(to queue: LineQueue, line: @escaping Line) {
        self.queue = queue
        self.line = line
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let fields = metadata.merging(event.metadata ?? [:]) { _, new in new }.mapValues(\.description)
        if let text = line(event, fields) { queue.put(text) }
    }
}

/// Standard output and standard error. Writing there can fail (a full disk, a closed pipe): that is an error to tell, not a crash.
package enum StandardStream: Int32, Sendable {
    case output = 1
    case error = 2

    /// Writes the whole text, unbuffered.
    package func write(_ text: String) throws(FileFailure) {
        try DurableFile.writeAll(Array(text.utf8), to: rawValue, path: self == .output ? "standard output" : "standard error")
    }

    /// Writes a line for people to read; when even that fails there is nobody left to tell.
    package func tell(_ line: String) {
        do { try write("\(line)\n") } catch { return }
    }
}
