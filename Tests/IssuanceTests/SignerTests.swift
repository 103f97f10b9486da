import Foundation
import Issuance
import PKI
import Synchronization
import TestKit
import Testing

/// Costs that an asynchronous signer must not add: a change of thread for a key in memory, a copy of a long list.
@Suite struct `Signing` {
    /// Runs jobs one after the other, and counts them.
    private final class CountingExecutor: SerialExecutor {
        private let queue = DispatchQueue(label: "signet.test.signing")
        private let count = Mutex(0)

        var jobs: Int { count.withLock { $0 } }

        func enqueue(_ job: consuming ExecutorJob) {
            count.withLock { $0 += 1 }
            let job = UnownedJob(job)
            queue.async { unsafe job.runSynchronously(on: self.asUnownedSerialExecutor()) }
        }
    }

    private actor Caller {
        private let executor = CountingExecutor()
        nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

        /// Jobs that the executor was given while the work ran: one whenever it left the executor and came back.
        func hops(_ maker: CertificateMaker, _ plan: CertificatePlan, _ issuer: Issuer) async throws -> Int {
            let before = executor.jobs
            _ = try await maker.make(plan)
            _ = try await issuer.sign(statement: Array("signet test\n".utf8))
            return executor.jobs - before
        }

        /// Each suspension of this costs one.
        func hopsOfYield() async -> Int {
            let before = executor.jobs
            await Task.yield()
            return executor.jobs - before
        }
    }

    @Test func `with a key in memory stays on its caller's thread`() async throws {
        let bench = try Bench()
        let issuer = try bench.ca.devices.issuer("devices", root: bench.ca.root.certificate)
        let maker = CertificateMaker(
            profiles: bench.maker.profiles, issuers: [issuer], reserved: ReservedNames(hostNames: []), ownKeys: [])
        let caller = Caller()
        #expect(try await caller.hops(maker, bench.plan(.device()).plan, issuer) == 0)
        #expect(await caller.hopsOfYield() == 1)
    }

    @Test func `a long list is done in the list's own memory`() async throws {
        let ca = try ThrowAwayCA()
        let signed = Mutex<[UInt]>([])
        let issuer = try ca.devices.issuer("devices", root: ca.root.certificate) { message throws(SigningFailure) in
            signed.withLock { $0.append(address(of: message.octets)) }
            return try ca.devices.key.sign(message)
        }
        var list = GrowingRevocationList()
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<50_000 { list.append(SerialNumber(using: &generator), date: ThrowAwayCA.now, reason: .superseded) }
        // The first has to find room for what stands around the entries.
        for number in 1...3 as ClosedRange<Int64> {
            let before = address(of: list.der[...])
            try await issuer.sign(
                &list, number: number, thisUpdate: ThrowAwayCA.now + number, nextUpdate: ThrowAwayCA.now + 86_400)
            let after = address(of: list.der[...])
            let octets = try #require(signed.withLock { $0.last })
            #expect((after..<after + 16).contains(octets))
            if number > 1 { #expect(before == after) }
            #expect(try CertificateRevocationList(der: list.der).isSigned(by: ca.devices.certificate))
        }
    }
}

private func address(of octets: ArraySlice<UInt8>) -> UInt {
    unsafe octets.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
}
