import DurableFiles
import Foundation
import TestKit
import Testing

@Suite struct `Lines for a reader that may stall` {
    private let pipe = Pipe()

    private func queue(limit: Int = LineQueue.standardLimit) -> LineQueue {
        LineQueue(to: pipe.fileHandleForWriting.fileDescriptor, limit: limit) { "\($0) lines were lost" }
    }

    /// The next whole lines.
    private func lines() throws -> [String] {
        var text = ""
        repeat { text += String(decoding: pipe.fileHandleForReading.availableData, as: UTF8.self) } while !text.hasSuffix("\n")
        return text.split(separator: "\n").map(String.init)
    }

    /// Everything up to this line.
    private func read(upTo end: String) throws -> [String] {
        var all: [String] = []
        while all.last != end { all += try lines() }
        return all
    }

    @Test func `arrive in order`() throws {
        let queue = queue()
        for number in 1...1_000 { queue.put("line \(number)") }
        #expect(try read(upTo: "line 1000") == (1...1_000).map { "line \($0)" })
        #expect(queue.flush(within: 10))
    }

    @Test func `never hold up who tells them; what is too much is counted, and told once there is room`() throws {
        let queue = queue(limit: 300_000)
        let line = String(repeating: "x", count: 999)
        // More than the pipe and the queue take together, and nobody reads.
        for _ in 1...1_000 { queue.put(line) }
        #expect(!queue.flush(within: 0.01))
        var (seen, lost) = (0, 0)
        while seen + lost < 1_000 {
            for text in try lines() {
                if text == line { seen += 1 } else { lost += try #require(Int(text.prefix { $0.isNumber })) }
            }
        }
        #expect(seen + lost == 1_000 && seen > 299 && lost > 0)
        queue.put("the reader is back")
        #expect(try read(upTo: "the reader is back") == ["the reader is back"])
    }

    @Test func `are lost and counted when the stream takes none`() throws {
        let full = unsafe open("/dev/full", O_WRONLY | O_CLOEXEC)
        let queue = LineQueue(to: full) { "\($0) lost" }
        queue.put("into the void")
        #expect(queue.flush(within: 10))
        // The stream can be written again.
        dup2(pipe.fileHandleForWriting.fileDescriptor, full)
        queue.put("again")
        #expect(try read(upTo: "1 lost") == ["again", "1 lost"])
    }
}
