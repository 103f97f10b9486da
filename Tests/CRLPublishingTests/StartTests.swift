import APISchema
import CRLPublishing
import Foundation
import PKI
import TestKit
import Testing

struct StartTests {
    @Test func `with the CA down and lists on disk the files stay as they are`() async throws {
        let bench = try Bench()
        try bench.serve(number: 10)
        try await bench.publishOnce()
        let files = try bench.files()
        bench.source.isDown = true
        let publisher = try bench.publisher()
        bench.forgetEvents()
        try await publisher.start()
        guard case .started(let lists) = bench.events.first else {
            Issue.record("\(bench.events)")
            return
        }
        #expect(lists.map(\.issuer).sorted() == ["devices", "root", "services"])
        #expect(await !publisher.once())
        #expect(try bench.files() == files)
    }

    @Test(arguments: ["devices.crl", "devices.crl.pem", "bundle.crl.pem", "index.json", "root.pem"])
    func `a file that was spoilt while no publisher ran is restored at the start`(_ name: String) async throws {
        let bench = try Bench()
        try bench.serve(number: 10)
        try await bench.publishOnce()
        let files = try bench.files()
        try Data("<html>".utf8).write(to: URL(fileURLWithPath: bench.directory + "/" + name))
        #expect(try await bench.publishOnce())
        #expect(try bench.files() == files)
    }

    @Test func `one spoilt copy of a list does not open the way back`() async throws {
        let bench = try Bench()
        try bench.serve(number: 10)
        try await bench.publishOnce()
        try Data().write(to: URL(fileURLWithPath: bench.directory + "/devices.crl"))
        try bench.serveDevices(try bench.authority.devices.makeCRL(number: 9))
        bench.forgetEvents()
        #expect(try await !bench.publishOnce())
        #expect(bench.failures == [.mayNotReplace(issuer: "devices", .olderNumber(9, published: 10))])
        #expect(bench.events.contains { if case .damaged(let file, _) = $0 { file == "devices.crl" } else { false } })
    }

    @Test func `lists of another CA in the directory are reported and replaced`() async throws {
        let bench = try Bench()
        try bench.serve(number: 10)
        try await bench.publishOnce()
        let other = try ThrowAwayCA()
        let anchor = try TrustAnchor(pem: other.root.certificate.pem, path: "root.pem")
        for (name, issuer) in [("devices", other.devices), ("services", other.services), ("root", other.root)] {
            bench.serve(name, issuer, try issuer.makeCRL(number: 1))
        }
        var head = PublishedAuditHead(id: 3, hash: Bench.hash(3), issuer: "devices")
        head.signature = try other.devices.signature(over: head.statement)
        try bench.serveIndex(head: head) { $0 == "devices" ? other.devices : other.services }
        let publisher = Publisher(
            source: bench.source.documents, anchor: anchor, directory: OutputDirectory(path: bench.directory), reload: nil,
            interval: .seconds(1), now: { Bench.now }, report: { _, _ in })
        try await publisher.start()
        #expect(await publisher.once())
        #expect(try bench.files()["devices.crl"] == bench.source.octets("/crl/devices.crl"))
    }

    @Test(arguments: ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
    func `what is no certificate is no trust anchor`(_ text: String) {
        #expect(throws: PublishingFailure.self) { try TrustAnchor(pem: text, path: "root.pem") }
    }

    @Test func `an issuing CA is no trust anchor`() throws {
        let authority = try ThrowAwayCA()
        #expect(throws: PublishingFailure.badTrustAnchor(path: "x", reason: "there is no certificate of a root CA in it")) {
            try TrustAnchor(pem: authority.devices.certificate.pem, path: "x")
        }
    }
}
