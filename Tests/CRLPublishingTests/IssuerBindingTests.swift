import APISchema
import CRLPublishing
import Foundation
import PKI
import TestKit
import Testing

/// Names belong to keys: an index, which anybody on the way can write, exchanges none of them and keeps no revocation back.
struct IssuerBindingTests {
    @Test(arguments: Fault.ofForgedNames)
    func `after a forged index the honest one brings new revocations`(_ fault: Fault) async throws {
        let bench = try Bench()
        try bench.serve(number: 10)
        #expect(try await bench.publishOnce())
        _ = try fault.spoil(bench)
        #expect(try await !bench.publishOnce())
        try bench.serve(number: 11, devices: [try Revoked(1, age: 0)])
        #expect(try await bench.publishOnce())
        #expect(try bench.files()["devices.crl"] == bench.source.octets("/crl/devices.crl"))
        #expect(try bench.files().keys.filter { $0.hasPrefix("zzz") } == [])
    }

    @Test func `a forged index that is the first one seen exchanges no names for the honest one`() async throws {
        let bench = try Bench()
        try bench.serve(number: 10)
        let honest = Dictionary(
            uniqueKeysWithValues: ["devices", "services"].map { ($0, bench.source.octets("/crl/\($0).crl")) })
        bench.serve("devices", bench.authority.services, bench.source.octets("/crl/services.crl"))
        bench.serve("services", bench.authority.devices, honest["devices"] ?? [])
        try bench.serveIndex()
        #expect(try await !bench.publishOnce())
        #expect(try bench.files()["devices.crl"] == nil)
        try bench.serve(number: 11)
        #expect(try await bench.publishOnce())
        #expect(try bench.files()["devices.crl"] == bench.source.octets("/crl/devices.crl"))
    }

    @Test func `an issuer that disappears keeps its files, and the others' lists go on`() async throws {
        let bench = try Bench()
        try bench.serve(number: 10)
        #expect(try await bench.publishOnce())
        let services = try bench.files()["services.crl"]
        try bench.serve(number: 11, devices: [try Revoked(1, age: 0)])
        try bench.serveIndex(["devices", "root"])
        bench.forgetEvents()
        #expect(try await !bench.publishOnce())
        #expect(bench.failures == [.issuerDisappeared(name: "services")])
        #expect(try bench.publishedNumber("devices") == 11)
        #expect(try bench.files()["services.crl"] == services)
        #expect(try CertificateRevocationList.all(pem: String(decoding: bench.files()["bundle.crl.pem"] ?? [], as: UTF8.self)).count == 3)
    }

    @Test func `a bad list of one issuer does not keep another's revocation back`() async throws {
        let bench = try Bench()
        try bench.serve(number: 10)
        #expect(try await bench.publishOnce())
        try bench.serve(number: 11, devices: [try Revoked(1, age: 0)])
        bench.source["/crl/services.crl"] = .document([])
        #expect(try await !bench.publishOnce())
        #expect(try bench.publishedNumber("devices") == 11)
        #expect(try bench.publishedNumber("services") == 10)
    }

    /// A publisher that believed unsigned indexes may have left an alias, or exchanged files, and an index without signatures.
    @Test func `names that were never signed give way to those that are, and their files go`() async throws {
        let bench = try Bench()
        try bench.serve(number: 10)
        #expect(try await bench.publishOnce())
        let files = try bench.files()
        func put(_ name: String, _ octets: [UInt8]?) throws {
            try Data(octets ?? []).write(to: URL(fileURLWithPath: bench.directory + "/" + name))
        }
        for suffix in ["cer", "crl", "crl.pem"] {
            try put("zzz.\(suffix)", files["services.\(suffix)"])
            try put("devices.\(suffix)", files["services.\(suffix)"])
            try put("services.\(suffix)", files["devices.\(suffix)"])
        }
        try put("index.json", Array(#"{"issuers":[],"audit_head":{"id":7,"hash":"00"}}"#.utf8))
        try bench.serve(number: 11)
        #expect(try await bench.publishOnce())
        #expect(try bench.files()["devices.crl"] == bench.source.octets("/crl/devices.crl"))
        #expect(try bench.files()["services.crl"] == bench.source.octets("/crl/services.crl"))
        #expect(try bench.files().keys.filter { $0.hasPrefix("zzz") } == [])
        #expect(try await bench.publishOnce())
    }

    @Test func `an exchanged file of a never signed name does not open the way back for its key`() async throws {
        let bench = try Bench()
        try bench.serve(number: 10)
        #expect(try await bench.publishOnce())
        try Data(#"{"issuers":[],"audit_head":{"id":7,"hash":"00"}}"#.utf8).write(to: URL(fileURLWithPath: bench.directory + "/index.json"))
        try bench.serve(number: 9)
        #expect(try await !bench.publishOnce())
        #expect(try bench.publishedNumber("devices") == 10)
    }
}
