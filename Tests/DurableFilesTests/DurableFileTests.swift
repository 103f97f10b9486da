import Foundation
import TestKit
import Testing

@testable import DurableFiles

@Suite struct `A durable file` {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func path(_ name: String) -> String { "\(directory.path)/\(name)" }

    private func mode(_ path: String) throws -> Int {
        try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    /// The identifier of a process that was there.
    private func endedProcess() throws -> Int32 {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/true")
        try launch(process)
        process.waitUntilExit()
        return process.processIdentifier
    }

    @Test func `is replaced whole, with the mode asked for`() throws {
        try DurableFile.replace(path("a"), with: Array("old".utf8), mode: 0o644)
        try DurableFile.replace(path("a"), with: Array("new".utf8), mode: 0o644)
        #expect(try DurableFile.read(path("a")) == Array("new".utf8))
        #expect(try mode(path("a")) == 0o644)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["a"])
    }

    @Test func `leaves nothing when its writer was killed: the next start removes what is nobody's any more`() throws {
        let dead = try endedProcess()
        let living = "a.\(getppid()).1.tmp"
        for name in ["a", "a.\(dead).1.tmp", "a.\(getpid()).7.tmp", living, "x.tmp"] {
            try directory.write("x", to: name)
        }
        try DurableFile.removeLeftovers(in: directory.path)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted() == ["a", living, "x.tmp"])
    }

    @Test func `that was to take one place is found by it, and no other is`() throws {
        let dead = try endedProcess()
        let left = "a.\(dead).1.tmp"
        let others = ["a.b.\(dead).1.tmp", "ab.\(dead).1.tmp", "a.\(getppid()).1.tmp", "a.1.tmp"]
        for name in others + [left] { try directory.write("x", to: name) }
        #expect(try DurableFile.leftovers(of: path("a")) == [path(left)])
        try DurableFile.removeLeftovers(of: path("a"))
        #expect(try DurableFile.names(in: directory.path) == others.sorted())
    }

    /// How long the reader waits, what the writer does, and what comes of it.
    struct Pipe: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let patience: PipePatience
        let writes: [String]?
        var staysOpen = false
        let expected: String
    }

    private static let short = Duration.milliseconds(50)
    private static let long = Duration.seconds(300)

    static let pipes = [
        Pipe(
            testDescription: "nobody writes", patience: PipePatience(writer: short, silence: long), writes: nil,
            expected: "nobody writes to the pipe"),
        Pipe(
            testDescription: "the writer says nothing", patience: PipePatience(writer: long, silence: short), writes: [], staysOpen: true,
            expected: "nothing came from"),
        Pipe(
            testDescription: "the writer stops in the middle", patience: PipePatience(writer: long, silence: short), writes: ["a"],
            staysOpen: true, expected: "nothing came from"),
        Pipe(
            testDescription: "the writer writes and goes", patience: PipePatience(writer: long, silence: long), writes: ["a", "b"],
            expected: "ab"),
    ]

    @Test(.timeLimit(.minutes(5)), arguments: pipes) func `in whose place is a pipe is read to its end, and not waited for without one`(
        _ pipe: Pipe
    ) async throws {
        let fifo = path("fifo")
        try #require(unsafe mkfifo(fifo, 0o600) == 0)
        // A reader of its own lets the writer open the pipe before the one under test does.
        let other = unsafe open(fifo, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        var writer: Int32 = -1
        if let texts = pipe.writes {
            writer = unsafe open(fifo, O_WRONLY | O_CLOEXEC)
            try #require(writer >= 0)
            for text in texts { try #require(unsafe write(writer, text, text.utf8.count) == text.utf8.count) }
            if !pipe.staysOpen { close(writer) }
        }
        defer { for descriptor in [other, writer] where descriptor >= 0 && (descriptor == other || pipe.staysOpen) { close(descriptor) } }
        do throws(FileFailure) {
            #expect(String(decoding: try DurableFile.read(fifo, patience: pipe.patience), as: UTF8.self) == pipe.expected)
        } catch {
            #expect(error.summary.hasPrefix(pipe.expected) && error.summary.contains(fifo) && !error.remedy.isEmpty, "\(error)")
        }
    }

    @Test func `in whose place is a pipe whose writer is still to come waits for it`() async throws {
        let fifo = path("fifo")
        try #require(unsafe mkfifo(fifo, 0o600) == 0)
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", "printf ab > \(fifo)"]
        try launch(process)
        let patience = PipePatience(writer: Self.long, silence: Self.long)
        #expect(String(decoding: try DurableFile.read(fifo, patience: patience), as: UTF8.self) == "ab")
        process.waitUntilExit()
    }

    @Test func `is not created over an existing one`() throws {
        try DurableFile.create(path("a"), with: Array("first".utf8), mode: 0o600)
        #expect(throws: FileFailure.self) { try DurableFile.create(path("a"), with: Array("second".utf8), mode: 0o600) }
        #expect(try DurableFile.read(path("a")) == Array("first".utf8))
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["a"])
    }

    @Test func `survives many writers at once as one of their versions`() async throws {
        let target = path("a")
        await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<32 {
                group.addTask { try DurableFile.replace(target, with: [UInt8](repeating: UInt8(writer), count: 5000), mode: 0o644) }
            }
        }
        let bytes = try DurableFile.read(target)
        #expect(bytes.count == 5000)
        #expect(Set(bytes).count == 1)
    }

    @Test func `that cannot be read is not taken for missing, nor is a directory`() throws {
        #expect(try DurableFile.readIfPresent(path("none")) == nil && !DurableFile.exists(path("none")))
        #expect(try DurableFile.namesIfPresent(in: path("none")) == nil)
        #expect(throws: FileFailure.self) { try DurableFile.names(in: path("none")) }
        // Nobody can follow a link to itself, root neither.
        try FileManager.default.createSymbolicLink(atPath: path("loop"), withDestinationPath: path("loop"))
        #expect(throws: FileFailure.self) { try DurableFile.readIfPresent(path("loop")) }
        #expect(throws: FileFailure.self) { try DurableFile.namesIfPresent(in: path("loop")) }
        #expect(DurableFile.exists(path("loop")))
        #expect(try DurableFile.namesIfPresent(in: directory.path) == ["loop"])
    }

    @Test func `larger than its bound is not read`() throws {
        try DurableFile.create(path("a"), with: [UInt8](repeating: 0, count: 11), mode: 0o600)
        #expect(throws: FileFailure.self) { try DurableFile.read(path("a"), limit: 10) }
    }

    @Test func `that cannot be written names the call, the path and a remedy`() throws {
        let failure = #expect(throws: FileFailure.self) { try DurableFile.replace(path("missing/a"), with: [], mode: 0o644) }
        #expect(failure?.summary.contains("missing/a") == true)
        #expect(failure?.remedy == "make the directory \(path("missing")) first, or correct the path")
    }
}
