import CRLPublishing
import Foundation
import PKI
import Synchronization
import TestKit
import Testing

struct CrashTests {
    private static let crash = PublishingFailure.unreachable(url: "power", reason: "cut")

    @Test func `after a stop at any step every file is whole, the next start finishes, and the command is run`() async throws {
        let steps = try await Self.stepsOfTheSecondPublication()
        #expect(steps.count == 18)
        for stop in steps.indices { try await Self.stop(before: steps[stop], number: stop) }
    }

    @Test func `a stop during the first publication leaves nothing half published`() async throws {
        let bench = try Bench()
        try bench.serve(number: 10)
        let publisher = try bench.publisher { step throws(PublishingFailure) in
            if step == .replace("root.crl.pem") { throw Self.crash }
        }
        try await publisher.start()
        #expect(await !publisher.once())
        await publisher.stop()
        #expect(try bench.files()["bundle.crl.pem"] == nil)
        bench.source.isDown = true
        #expect(try await !bench.publishOnce())
        #expect(try bench.files()["bundle.crl.pem"] == nil)
        bench.source.isDown = false
        #expect(try await bench.publishOnce())
        #expect(try bench.files().count == 13)
    }

    @Test func `what an interrupted publisher left beside the files is removed`() async throws {
        let bench = try Bench()
        try bench.serve(number: 10)
        try await bench.publishOnce()
        try Data([1]).write(to: URL(fileURLWithPath: bench.directory + "/.devices.crl.tmp"))
        #expect(try await bench.publishOnce())
        #expect(try bench.hiddenFiles() == [".publisher.lock"])
    }

    @Test func `after a stop between the DER and the PEM of a list, neither makes it go back`() async throws {
        let bench = try Bench()
        try bench.serve(number: 10)
        try await bench.publishOnce()
        let older = try bench.files()
        try bench.serve(number: 11)
        let publisher = try bench.publisher { step throws(PublishingFailure) in
            if step == .replace("devices.crl") { throw Self.crash }
        }
        try await publisher.start()
        #expect(await !publisher.once())
        await publisher.stop()
        #expect(try bench.files()["devices.crl"] == older["devices.crl"])
        for name in ["devices", "services", "root"] { bench.source["/crl/\(name).crl"] = .document(older["\(name).crl"] ?? []) }
        try bench.serveIndex()
        bench.forgetEvents()
        #expect(try await !bench.publishOnce())
        #expect(bench.failures == [.mayNotReplace(issuer: "devices", .olderNumber(10, published: 11))])
    }

    @Test func `two publishers do not work on one directory`() async throws {
        let bench = try Bench()
        try bench.serve(number: 10)
        let first = try bench.publisher()
        try await first.start()
        let second = try bench.publisher()
        await #expect(throws: PublishingFailure.outputBusy(path: bench.directory)) { try await second.start() }
        await first.stop()
        try await second.start()
    }

    private static func stepsOfTheSecondPublication() async throws -> [WriteStep] {
        let bench = try Bench()
        try bench.serve(number: 10)
        try await bench.publishOnce()
        try bench.serve(number: 11)
        let steps = Mutex<[WriteStep]>([])
        let publisher = try bench.publisher { step throws(PublishingFailure) in steps.withLock { $0.append(step) } }
        try await publisher.start()
        #expect(await publisher.once())
        return steps.withLock { $0 }
    }

    private static func stop(before crashing: WriteStep, number: Int) async throws {
        let bench = try Bench()
        try bench.serve(number: 10)
        try await bench.publishOnce()
        let older = try bench.files()
        try bench.serve(number: 11)
        let publisher = try bench.publisher { step throws(PublishingFailure) in if step == crashing { throw crash } }
        try await publisher.start()
        #expect(await !publisher.once())
        await publisher.stop()
        let between = try bench.files()
        let reloads = bench.reloads

        bench.source.isDown = true
        let next = try bench.publisher()
        try await next.start()
        _ = await next.pass()
        try expectAgreement(of: try bench.files(), "\(crashing)")
        let replaced = between.contains { name, octets in older[name] != octets }
        if replaced { #expect(bench.reloads > reloads, "\(crashing)") }

        bench.source.isDown = false
        #expect(await next.once())
        let newer = try bench.files()
        for (name, octets) in between { #expect(octets == older[name] || octets == newer[name], "\(crashing): \(name)") }
        for name in ["devices", "services", "root"] {
            #expect(newer["\(name).crl"] == bench.source.octets("/crl/\(name).crl"), "\(crashing): \(name)")
        }
        try expectAgreement(of: newer, "\(crashing)")
        #expect(try bench.hiddenFiles() == [".publisher.lock"], "\(crashing)")
    }

    /// DER, PEM and bundle hold the same lists.
    private static func expectAgreement(of files: [String: [UInt8]], _ comment: Comment) throws {
        let bundle = try CertificateRevocationList.all(pem: String(decoding: files["bundle.crl.pem"] ?? [], as: UTF8.self)).map(\.der)
        for name in ["devices", "services", "root"] {
            let list = files["\(name).crl"] ?? []
            #expect(files["\(name).crl.pem"] == Array(PEM.encode(list, type: "X509 CRL").utf8), comment)
            #expect(bundle.contains(list), comment)
        }
    }
}
