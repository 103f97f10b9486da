import Testing

@testable import CertificateClient
@testable import ClientCommands

struct RenewalAgentTests {
    private func agent(_ world: AgentWorld, hasHandler: Bool = true) -> RenewalAgent {
        RenewalAgent(world.work(hasHandler: hasHandler), surroundings: world.surroundings, logger: TestSession().session.logger)
    }

    @Test(arguments: [AgentMode.once, .onceOrWait])
    func `a single pass over a pair that is not due asks the CA nothing and runs no command`(_ mode: AgentMode) async throws {
        let world = AgentWorld { $0.pair = AgentWorld.pair("old", at: 0) }
        let summary = try await agent(world).run(mode)
        #expect(summary.serialNumber == "old")
        let state = world.record
        #expect(state.enrolments.isEmpty && state.renewals.isEmpty && state.announcements.isEmpty)
        #expect(world.clock.sleeps.isEmpty)
    }

    @Test func `a single pass renews what is due and announces it`() async throws {
        let world = AgentWorld { $0.pair = AgentWorld.pair("old", at: -60_000) }
        let summary = try await agent(world).run(.once)
        #expect(summary.serialNumber == "1")
        #expect(world.record.announcements == ["1"])
    }

    @Test func `a single pass with the CA down fails although the pair is still valid`() async {
        let world = AgentWorld {
            $0.pair = AgentWorld.pair("old", at: -60_000)
            $0.fault = { _ in AgentWorld.down }
        }
        await #expect(throws: AgentWorld.down) { try await agent(world).run(.once) }
        #expect(world.record.renewals.count == 1)
    }

    @Test func `waiting with the CA down ends at once when the pair is valid, due or not`() async throws {
        let world = AgentWorld {
            $0.pair = AgentWorld.pair("old", at: -60_000)
            $0.fault = { _ in AgentWorld.down }
        }
        #expect(try await agent(world).run(.onceOrWait).serialNumber == "old")
        #expect(world.clock.sleeps.isEmpty)
    }

    @Test func `waiting without a pair lasts until the CA is back, and not much longer`() async throws {
        let world = AgentWorld { $0.fault = { $0 < 600 ? AgentWorld.down : nil } }
        #expect(try await agent(world).run(.onceOrWait).serialNumber != "old")
        let enrolments = world.record.enrolments
        #expect((600..<900).contains(try #require(enrolments.last)))
        #expect(enrolments.count < 20)
    }

    @Test func `waiting ends with the CA's no`() async {
        let world = AgentWorld { $0.fault = { _ in AgentWorld.forbidden } }
        await #expect(throws: AgentWorld.forbidden) { try await agent(world).run(.onceOrWait) }
        #expect(world.clock.sleeps.isEmpty)
    }

    @Test func `an expired pair is replaced by enrolling`() async throws {
        let world = AgentWorld { $0.pair = AgentWorld.pair("old", at: -90_000) }
        #expect(try await agent(world).run(.once).serialNumber == "1")
        #expect(world.record.enrolments.count == 1)
        #expect(world.record.renewals.isEmpty)
    }

    @Test func `a CA that is down from two thirds of the life to an hour before expiry is found within minutes of its return`() async throws
    {
        let back: Int64 = 86_400 - 3_600
        let world = AgentWorld(end: .seconds(86_400)) {
            $0.pair = AgentWorld.pair("old", at: 0)
            $0.fault = { $0 < back ? AgentWorld.down : nil }
        }
        try await agent(world).run()
        let renewals = world.record.renewals
        let found = try #require(renewals.first { $0 >= back })
        #expect(found - back <= 300)
        #expect(renewals.count < 100)
        #expect(zip(renewals, renewals.dropFirst()).allSatisfy { $1 - $0 >= 30 })
    }

    @Test(arguments: [365 * 86_400, -365 * 86_400] as [Int64])
    func `a calendar that is wrong by a year does not make the agent spin`(_ error: Int64) async throws {
        let world = AgentWorld(end: .seconds(86_400), calendarError: error) {
            $0.pair = AgentWorld.pair("old", at: 0)
            $0.fault = { _ in AgentWorld.down }
        }
        try await agent(world).run()
        let state = world.record
        #expect(state.enrolments.count + state.renewals.count < 700)
        #expect(world.clock.sleeps.allSatisfy { $0 >= .seconds(1) })
        #expect(state.looks < 1_600)
    }

    @Test func `certificates that are due as soon as they are issued are asked for at most once a minute`() async throws {
        let world = AgentWorld(end: .seconds(3_600)) { $0.lifetime = 2 }
        try await agent(world, hasHandler: false).run()
        let state = world.record
        #expect(state.enrolments.count + state.renewals.count <= 61)
    }

    @Test func `a daemon that is refused goes on trying and takes the next ticket`() async throws {
        let world = AgentWorld(end: .seconds(86_400)) { $0.fault = { $0 < 40_000 ? AgentWorld.forbidden : nil } }
        try await agent(world).run()
        let taken = try #require(world.record.enrolments.first { $0 >= 40_000 })
        #expect(taken - 40_000 <= 300)
    }

    @Test func `a command that fails is repeated with pauses while the pair stays`() async throws {
        let world = AgentWorld(end: .seconds(3_000)) {
            $0.pair = AgentWorld.pair("old", at: -60_000)
            $0.failingAnnouncements = 2
        }
        try await agent(world).run()
        let state = world.record
        #expect(state.announcements == ["1", "1", "1"])
        #expect(state.renewals.count == 1)
        #expect(state.pair?.serialNumber == "1")
    }

    @Test func `a change that an earlier run could not announce is announced at the next start`() async throws {
        let world = AgentWorld {
            $0.pair = AgentWorld.pair("old", at: 0)
            $0.unannounced = true
        }
        _ = try await agent(world).run(.once)
        #expect(world.record.announcements == ["old"])
    }

    @Test func `a failing command fails a single pass but not one that was waited for`() async throws {
        let due: @Sendable (inout AgentWorld.State) -> Void = {
            $0.pair = AgentWorld.pair("old", at: -60_000)
            $0.failingAnnouncements = 1
        }
        await #expect(throws: ClientError.commandFailed(command: "reload", outcome: "exited with 1")) {
            try await agent(AgentWorld(due)).run(.once)
        }
        #expect(try await agent(AgentWorld(due)).run(.onceOrWait).serialNumber == "1")
    }

    @Test func `a pair that somebody else replaced is noticed within seconds and announced once`() async throws {
        let world = AgentWorld(end: .seconds(8_000)) { $0.pair = AgentWorld.pair("old", at: 0) }
        var work = world.work()
        let (stamp, announce) = (work.stamp, work.announce)
        work.stamp = {
            if world.clock.elapsed > 5_000 { world.replace(AgentWorld.pair("by hand", at: 0)) }
            return stamp()
        }
        work.announce = { (summary) async throws(ClientError) in
            #expect((5_000...5_005).contains(world.clock.elapsed))
            try await announce(summary)
        }
        try await RenewalAgent(work, surroundings: world.surroundings, logger: TestSession().session.logger).run()
        #expect(world.record.announcements == ["by hand"])
        #expect(world.record.looks < 10, "files are read when something has changed, not at every look at their stamps")
    }

    @Test func `who asks for a look at once is not kept waiting for what failed before`() async throws {
        let world = AgentWorld(end: .seconds(60)) {
            $0.pair = AgentWorld.pair("old", at: -60_000)
            $0.fault = { $0 < 10 ? AgentWorld.down : nil }
        }
        let agent = RenewalAgent(
            world.work(), surroundings: world.surroundings, logger: TestSession().session.logger,
            nudges: { world.clock.elapsed < 12 ? 0 : 1 })
        try await agent.run()
        let renewed = try #require(world.record.renewals.last)
        #expect((12...16).contains(renewed))
    }

    @Test func `a directory that another process is changing is looked at again, not enrolled into`() async throws {
        let world = AgentWorld { $0.pair = AgentWorld.pair("old", at: 0) }
        var work = world.work()
        let inspect = work.inspect
        work.inspect = { () throws(ClientError) in
            if world.clock.elapsed < 3 { throw .busy(directory: "/pair") }
            return try inspect()
        }
        let agent = RenewalAgent(work, surroundings: world.surroundings, logger: TestSession().session.logger)
        #expect(try await agent.run(.once).serialNumber == "old")
        #expect(world.record.enrolments.isEmpty)
    }
}
