import CRLPublishing
import PKI
import TestKit
import Testing

struct FaultTests {
    static let faults = Fault.ofTheNetwork + Fault.ofTheIndex + Fault.ofForgedNames + Fault.ofAnIssuer + Fault.ofAList + Fault.ofSuccession

    @Test(arguments: faults)
    func `a running publisher keeps every file and runs no command`(_ fault: Fault) async throws {
        let bench = try await Self.publishedBench()
        let publisher = try bench.publisher()
        try await publisher.start()
        #expect(await publisher.once())
        try await Self.expectRefusal(of: fault, on: bench) { await publisher.once() }
    }

    @Test(arguments: faults)
    func `a publisher that has just started keeps every file and runs no command`(_ fault: Fault) async throws {
        let bench = try await Self.publishedBench()
        try await Self.expectRefusal(of: fault, on: bench) { try await bench.publishOnce() }
    }

    @Test func `an index without the root is refused, also the first time`() async throws {
        let bench = try Bench()
        try bench.serve(number: 10)
        try bench.serveIndex(["devices", "services"])
        #expect(try await !bench.publishOnce())
        #expect(bench.failures == [.badIndex(.rootMissing)])
        #expect(try bench.files().isEmpty)
    }

    @Test(arguments: faults)
    func `the summary and the remedy say something`(_ fault: Fault) async throws {
        let failure = try fault.spoil(try await Self.publishedBench())
        #expect(failure.summary.count > 20)
        #expect(failure.remedy.count > 20)
    }

    /// A directory that holds number 10: one young revocation of a device, and a revoked issuing CA.
    private static func publishedBench() async throws -> Bench {
        let bench = try Bench()
        try bench.serve(
            number: 10, devices: [try Revoked(1, age: 3_600)], root: [bench.authority.services.certificate.serialNumber])
        #expect(try await bench.publishOnce())
        #expect(bench.reloads == 1)
        return bench
    }

    private static func expectRefusal(
        of fault: Fault, on bench: Bench, _ publish: () async throws -> Bool
    ) async throws {
        let files = try bench.files()
        let reloads = bench.reloads
        #expect(files.count == 13)
        let failure = try fault.spoil(bench)
        bench.forgetEvents()
        #expect(try await !publish())
        #expect(bench.failures.contains(failure))
        #expect(bench.failures.count == fault.befallen)
        #expect(try bench.files() == files)
        #expect(bench.reloads == reloads)
    }
}
