import Ledger
import PKI
import ServerKit
import Synchronization
import TestKit
import Testing

@testable import Publication

/// Lists whose key takes its time, as one behind a network does.
@Suite struct `Lists that wait for their key` {
    /// A key whose signatures wait until they are let go, one by one.
    private final class SlowKey: Sendable {
        private let key: PrivateKey
        private let asked: AsyncStream<CheckedContinuation<Void, Never>>
        private let ask: AsyncStream<CheckedContinuation<Void, Never>>.Continuation
        /// Signatures that are awaited now, and the most at one time.
        private let count = Mutex((now: 0, most: 0))
        /// Addresses of long messages: of lists.
        private let messages = Mutex<[UInt]>([])

        init(_ key: PrivateKey) {
            self.key = key
            (asked, ask) = AsyncStream.makeStream()
        }

        var mostAtOnce: Int { count.withLock { $0.most } }
        var lists: [UInt] { messages.withLock { $0 } }

        func sign(_ message: ToBeSigned) async throws(SigningFailure) -> [UInt8] {
            count.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
            await withCheckedContinuation { ask.yield($0) }
            defer { count.withLock { $0.now -= 1 } }
            if message.octets.first == 0x30 {
                let address = unsafe message.octets.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
                messages.withLock { $0.append(address) }
            }
            return try key.sign(message)
        }

        /// The next signature that is asked for; it goes on when it is resumed.
        func next() async -> CheckedContinuation<Void, Never>? {
            for await held in asked { return held }
            return nil
        }

        /// Lets each signature go as soon as it is asked for, until the task ends.
        func letAllGo() async { for await held in asked { held.resume() } }
    }

    private let bench: Bench
    private let key: SlowKey
    private let publication: Publication

    init() throws {
        bench = try Bench()
        let key = SlowKey(bench.ca.devices.key)
        self.key = key
        let devices = try bench.ca.devices.issuer("devices", root: bench.ca.root.certificate) { message throws(SigningFailure) in
            try await key.sign(message)
        }
        publication = try Publication(bench, issuers: [devices])
    }

    @Test(.timeLimit(.minutes(5))) func `are built one after the other, and none is changed while it is signed`() async throws {
        let (publisher, key) = (publication.publisher, key)
        async let first = publisher.publishDue()
        let held = try #require(await key.next())
        let record = try await bench.enroll(uuid(1))
        try await bench.revoke(record.serialNumber, .superseded)
        bench.time.advance(1)
        async let second = publisher.publishDue()
        let refreshed = Collected<Bool>()
        async let index: Void = {
            await publisher.refreshIndex()
            refreshed.add(true)
        }()
        // Both wait for their turn; one that does not wait is seen by what it does instead.
        while await publisher.turns.count + refreshed.all.count + key.mostAtOnce < 3 { await Task.yield() }
        #expect(refreshed.all.isEmpty, "the index is not written while a list waits for its signature")

        // The second finds the revocation, and must not touch the list that waits for its signature.
        let release = Task { await key.letAllGo() }
        held.resume()
        #expect(await first)
        #expect(await second)
        await index
        release.cancel()
        await release.value
        #expect(key.mostAtOnce == 1)
        let newest = try publication.list()
        #expect(newest.isSigned(by: bench.ca.devices.certificate) && newest.contains(record.serialNumber))
        let before = try CertificateRevocationList(der: publication.files.read("devices-\((newest.number ?? 0) - 1).crl"))
        #expect(before.isSigned(by: bench.ca.devices.certificate) && before.entryCount == 0)
        let written = try String(decoding: publication.files.read("index.json"), as: UTF8.self)
        #expect(written.contains("\"crl_number\" : \(newest.number ?? 0)"))
    }

    @Test func `are signed where they lie, one after the other in the same memory`() async throws {
        let key = key
        let release = Task { await key.letAllGo() }
        for number in 1...40 { try await bench.revoke(bench.enroll(uuid(number)).serialNumber, .superseded) }
        for _ in 1...4 {
            #expect(await publication.publisher.publishDue(), "\(publication.publisher.faults)")
            bench.time.advance(900)
        }
        release.cancel()
        await release.value
        #expect(try publication.list().entryCount == 40)
        // The first has to find room for what stands around the entries.
        #expect(key.lists.count == 4 && Set(key.lists.dropFirst()).count == 1, "\(key.lists)")
    }
}
