import CRLPublishing
import Foundation
import Logging
import PKI
import ServiceLifecycle
import TestKit
import Testing

/// Over real sockets: a publisher serves its directory, and another takes it for a CA.
struct LoopbackTests {
    @Test func `a publisher can be the source of another`() async throws {
        let bench = try Bench()
        try bench.serve(number: 10, devices: [try Revoked(1, age: 60)])
        #expect(try await bench.publishOnce())
        try await Self.serving(bench) { source in
            let second = try TemporaryDirectory()
            let publisher = try Self.publisher(from: source, to: second.path("lists"), bench: bench)
            try await publisher.start()
            #expect(await publisher.once())
            #expect(await publisher.once())
            for (name, octets) in try bench.files() { #expect(try second.read("lists/" + name) == octets, "\(name)") }

            try bench.serve(number: 11, devices: [try Revoked(1, age: 60), try Revoked(2, age: 1)])
            #expect(try await bench.publishOnce())
            #expect(await publisher.once())
            #expect(try second.read("lists/devices.crl") == bench.source.octets("/crl/devices.crl"))
        }
    }

    @Test func `an unchanged document is not transferred, a large one is cut off, and a missing one is named`() async throws {
        let bench = try Bench()
        try bench.serve(number: 10)
        #expect(try await bench.publishOnce())
        try await Self.serving(bench) { source in
            guard case .document(let document) = try await source.documents.get("/crl/devices.crl", nil, 1 << 20) else {
                Issue.record("no document")
                return
            }
            #expect(document.bytes == bench.source.octets("/crl/devices.crl"))
            let tag = try #require(document.entityTag)
            guard case .unchanged = try await source.documents.get("/crl/devices.crl", tag, 1 << 20) else {
                Issue.record("the document was transferred again")
                return
            }
            await #expect(throws: PublishingFailure.self) { try await source.documents.get("/crl/devices.crl", nil, 10) }
            await #expect(throws: PublishingFailure.self) { try await source.documents.get("/crl/nobody.crl", nil, 1 << 20) }
        }
    }

    @Test func `nobody listening is no answer`() async throws {
        let address = try #require(SourceAddress("http://127.0.0.1:1"))
        let source = HTTPSource(address: address, clock: ContinuousClock())
        do throws(PublishingFailure) {
            _ = try await source.documents.get("/crl/index.json", nil, 1 << 20)
            Issue.record("somebody answered")
        } catch {
            #expect(error.kind == "unreachable")
            #expect(error.summary == "no answer from http://127.0.0.1:1/crl/index.json: Connection refused")
        }
        try await source.close()
    }

    @Test func `an answer that does not end within the limit is given up`() async throws {
        let bench = try Bench()
        try bench.serve(number: 10)
        #expect(try await bench.publishOnce())
        // The limit's clock runs out at once; a socket that accepts and says nothing would need a real wait.
        try await Self.serving(bench, clock: ScriptedClock(limit: .max)) { source in
            do throws(PublishingFailure) {
                for _ in 0..<1_000 { _ = try await source.documents.get("/crl/devices.crl", nil, 1 << 20) }
                Issue.record("the limit was never reached first")
            } catch {
                #expect(error.kind == "unreachable")
            }
        }
    }

    private static func publisher(from source: HTTPSource, to directory: String, bench: Bench) throws -> Publisher {
        Publisher(
            source: source.documents, anchor: try TrustAnchor(pem: bench.authority.root.certificate.pem, path: "root.pem"),
            directory: OutputDirectory(path: directory), reload: nil, interval: .seconds(1), now: { bench.now }, report: { _, _ in })
    }

    private static func serving(
        _ bench: Bench, clock: any Clock<Duration> = ContinuousClock(), _ body: (HTTPSource) async throws -> Void
    ) async throws {
        let (ports, bound) = AsyncStream.makeStream(of: Int.self)
        let service = DirectoryService(
            address: "127.0.0.1:0", directory: bench.directory, now: { bench.now },
            logger: Logger(label: "quiet") { _ in SwiftLogNoOpLogHandler() }, makeRequestID: { "request" },
            onBound: { bound.yield($0) })
        // Stopped as programs stop it: a listener that is cancelled drops whoever is just being accepted, and SwiftNIO takes that for a mistake.
        let services = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: service, successTerminationBehavior: .gracefullyShutdownGroup)],
                logger: Logger(label: "quiet") { _ in SwiftLogNoOpLogHandler() }))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await services.run() }
            guard let port = await ports.first(where: { _ in true }), let address = SourceAddress("http://127.0.0.1:\(port)/") else {
                throw CancellationError()
            }
            let source = HTTPSource(address: address, clock: clock)
            do {
                try await body(source)
            } catch {
                try await source.close()
                await services.triggerGracefulShutdown()
                throw error
            }
            try await source.close()
            await services.triggerGracefulShutdown()
            try await group.waitForAll()
        }
    }
}
