import CRLPublishing
import TestKit
import Testing

struct ServiceTests {
    @Test func `while the CA is down a publisher waits longer and longer, and publishes when it comes`() async throws {
        let bench = try Bench()
        try bench.serve(number: 10)
        bench.source.isDown = true
        let publisher = try bench.publisher()
        try await publisher.start()
        let clock = ScriptedClock(limit: 7) { number in if number == 5 { bench.source.isDown = false } }
        try await PublisherService(publisher: publisher, clock: clock).run()
        #expect(clock.pauses == [1, 2, 4, 5, 5, 1, 1].map { .seconds($0) })
        #expect(try bench.files().count == 13)
        #expect(bench.reloads == 1)
        #expect(bench.events.contains(.recovered))
        #expect(bench.failures.count == 1)
    }

    @Test func `a failure that goes on is told the first time and each hundredth time`() async throws {
        let bench = try Bench()
        bench.source.isDown = true
        let publisher = try bench.publisher()
        try await publisher.start()
        try await PublisherService(publisher: publisher, clock: ScriptedClock(limit: 250)).run()
        let times = bench.events.compactMap { if case .failed(_, let times) = $0 { times } else { nil } }
        #expect(times == [1, 101, 201])
    }

    @Test func `a reload command that fails is run again, less and less often, until it succeeds; the files stay`() async throws {
        let bench = try Bench()
        try bench.serve(number: 10)
        bench.answerReloads([.failed(reason: "1"), .failed(reason: "2"), .failed(reason: "3")])
        let publisher = try bench.publisher(interval: .seconds(100))
        try await publisher.start()
        let clock = ScriptedClock(limit: 4)
        try await PublisherService(publisher: publisher, clock: clock).run()
        #expect(clock.pauses == [1, 2, 4, 93].map { .seconds($0) })
        #expect(bench.reloads == 4)
        #expect(try bench.files().count == 13)
        #expect(try bench.hiddenFiles() == [".publisher.lock"])
    }

    @Test func `a new change runs the reload command at once, whatever became of the one before`() async throws {
        let bench = try Bench()
        try bench.serve(number: 10)
        bench.answerReloads([ReloadFailure?](repeating: .failed(reason: "broker down"), count: 5))
        let publisher = try bench.publisher(interval: .seconds(10))
        try await publisher.start()
        // Tries at 0, 1, 3 and 7 s; the next would be at 15 s, but at 10 s there is a new list.
        let clock = ScriptedClock(limit: 6) { number in if number == 4 { #expect(throws: Never.self) { try bench.serve(number: 11) } } }
        try await PublisherService(publisher: publisher, clock: clock).run()
        #expect(clock.pauses == [1, 2, 4, 3, 1, 9].map { .seconds($0) })
        #expect(bench.reloads == 6)
    }

    @Test func `a reload that is still owed when the publisher stops is made up for at the next start`() async throws {
        let bench = try Bench()
        try bench.serve(number: 10)
        bench.answerReloads([.failed(reason: "broker down")])
        #expect(try await !bench.publishOnce())
        #expect(try bench.hiddenFiles() == [".publisher.lock", ".reload-owed"])
        bench.source.isDown = true
        let publisher = try bench.publisher()
        try await publisher.start()
        _ = await publisher.pass()
        #expect(bench.reloads == 2)
        #expect(try bench.hiddenFiles() == [".publisher.lock"])
    }

    @Test func `without a command nothing is owed`() async throws {
        let bench = try Bench()
        try bench.serve(number: 10)
        let publisher = try bench.publisher(reloads: false)
        try await publisher.start()
        #expect(await publisher.once())
        #expect(try bench.hiddenFiles() == [".publisher.lock"])
    }

    @Test func `a command that hangs keeps no newer list from the disk, and runs again for it`() async throws {
        let bench = try Bench()
        try bench.serve(number: 10)
        let command: ReloadCommand.Run = {
            // Ends only once a list that came later is on the disk.
            guard bench.reloads == 1 else { return nil }
            guard (try? bench.serve(number: 11)) != nil else { return .failed(reason: "the bench cannot serve") }
            while (try? bench.publishedNumber("devices")) != 11, !Task.isCancelled { await Task.yield() }
            return nil
        }
        let publisher = try bench.publisher(patience: .milliseconds(5), command: command)
        try await publisher.start()
        _ = await publisher.pass()
        #expect(try bench.publishedNumber("devices") == 11)
        #expect(try bench.hiddenFiles() == [".publisher.lock", ".reload-owed"])
        _ = await publisher.pass()
        #expect(bench.reloads == 2)
        #expect(try bench.hiddenFiles() == [".publisher.lock"])
    }
}
