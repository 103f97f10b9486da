import CRLPublishing
import Foundation
import PKI
import TestKit
import Testing

struct PublicationTests {
    @Test func `the directory gets each list twice, the bundle, certificates and index, and the command runs once`() async throws {
        let bench = try Bench()
        try bench.serve(number: 10, devices: [try Revoked(1, age: 60)])
        #expect(try await bench.publishOnce())
        let files = try bench.files()
        var expected = ["audit-heads", "bundle.crl.pem", "index.json", "root.pem"]
        for name in ["devices", "services", "root"] {
            expected += ["\(name).cer", "\(name).crl", "\(name).crl.pem"]
            let list = bench.source.octets("/crl/\(name).crl")
            #expect(files["\(name).crl"] == list)
            #expect(files["\(name).crl.pem"] == Array(PEM.encode(list, type: "X509 CRL").utf8))
            #expect(files["\(name).cer"] == bench.source.octets("/ca/\(name).cer"))
        }
        #expect(files.keys.sorted() == expected.sorted())
        #expect(try bench.hiddenFiles() == [".publisher.lock"])
        #expect(bench.reloads == 1)
    }

    @Test func `the bundle holds every issuer's list and the root's`() async throws {
        let bench = try Bench()
        try bench.serve(number: 10)
        try await bench.publishOnce()
        let bundle = String(decoding: try bench.files()["bundle.crl.pem"] ?? [], as: UTF8.self)
        let lists = try CertificateRevocationList.all(pem: bundle)
        let names = [bench.authority.devices, bench.authority.services, bench.authority.root].map(\.certificate.subjectDER)
        #expect(Set(lists.map(\.issuerDER)) == Set(names))
        #expect(lists.count == 3)
    }

    @Test func `openssl verifies a leaf with the bundle and refuses the revoked one`() async throws {
        let bench = try Bench()
        // openssl judges by the clock of the machine.
        bench.now = UnixTime(Int64(Date().timeIntervalSince1970))
        let good = try Revoked(2, age: 0).serial
        let bad = try Revoked(1, age: 60)
        try bench.serve(number: 10, devices: [bad])
        #expect(try await bench.publishOnce())
        let folder = try TemporaryDirectory()
        let chain = try folder.write(bench.authority.chainPEM, to: "chain.pem")
        for (serial, status) in [(good, Int32(0)), (bad.serial, 2)] {
            let leaf = try bench.authority.devices.issue(
                to: try PrivateKey.generate(.p256).publicKey, serialNumber: serial, commonName: "x", notBefore: bench.now - 60)
            let path = try folder.write(leaf.pem, to: "leaf.pem")
            let verified = try run(
                "openssl",
                ["verify", "-crl_check_all", "-CAfile", chain, "-CRLfile", bench.directory + "/bundle.crl.pem", path])
            #expect(verified.status == status, "\(verified)")
        }
    }

    @Test func `every file is readable for everybody`() async throws {
        let bench = try Bench()
        try bench.serve(number: 10)
        try await bench.publishOnce()
        for name in try bench.files().keys {
            let attributes = try FileManager.default.attributesOfItem(atPath: bench.directory + "/" + name)
            #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o644, "\(name)")
        }
    }

    @Test func `a second look transfers nothing, writes nothing and runs no command`() async throws {
        let bench = try Bench()
        try bench.serve(number: 10)
        let publisher = try bench.publisher()
        try await publisher.start()
        #expect(await publisher.once())
        bench.source.forgetTransfers()
        #expect(await publisher.once())
        #expect(bench.source.transfers.isEmpty)
        #expect(bench.reloads == 1)
        guard case .unchanged(let lists) = bench.events.last else {
            Issue.record("\(bench.events)")
            return
        }
        #expect(lists.map(\.number) == [10, 10, 10])
    }

    @Test func `a revocation transfers and replaces only the list that changed, and the bundle and index`() async throws {
        let bench = try Bench()
        try bench.serve(number: 10)
        let publisher = try bench.publisher()
        try await publisher.start()
        #expect(await publisher.once())
        bench.source.forgetTransfers()
        let entry = (serial: try Revoked(1, age: 0).serial, date: bench.now, reason: RevocationReason.superseded)
        try bench.serveDevices(try bench.authority.devices.makeCRL(number: 11, revoked: [entry]))
        #expect(await publisher.once())
        #expect(bench.source.transfers == ["/crl/index.json", "/crl/devices.crl"])
        guard case .published(_, let files) = bench.events.dropLast().last else {
            Issue.record("\(bench.events)")
            return
        }
        #expect(files == ["devices.crl.pem", "devices.crl", "bundle.crl.pem", "index.json"])
        #expect(bench.reloads == 2)
    }

    @Test func `a new audit head alone rewrites the index and runs no command`() async throws {
        let bench = try Bench()
        try bench.serve(number: 10)
        try await bench.publishOnce()
        try bench.serveIndex(auditHead: 8)
        #expect(try await bench.publishOnce())
        #expect(String(decoding: try bench.files()["index.json"] ?? [], as: UTF8.self).contains(#""id":8"#))
        #expect(bench.reloads == 1)
    }

    @Test func `a file that somebody emptied is restored from memory, even while the CA is down`() async throws {
        let bench = try Bench()
        try bench.serve(number: 10)
        let publisher = try bench.publisher()
        try await publisher.start()
        #expect(await publisher.once())
        let files = try bench.files()
        bench.source.isDown = true
        try Data().write(to: URL(fileURLWithPath: bench.directory + "/devices.crl.pem"))
        #expect(await !publisher.once())
        #expect(try bench.files() == files)
        #expect(bench.reloads == 2)
    }

    @Test func `a root's list that has run out meanwhile does not keep a device's revocation back`() async throws {
        let bench = try Bench()
        try bench.serve(number: 10)
        try await bench.publishOnce()
        bench.now += 8 * Bench.day
        for (name, issuer) in [("devices", bench.authority.devices), ("services", bench.authority.services)] {
            bench.serve(name, issuer, try issuer.makeCRL(number: 11, thisUpdate: bench.now - 60))
        }
        try bench.serveIndex()
        #expect(try await bench.publishOnce())
        #expect(try bench.files()["devices.crl"] == bench.source.octets("/crl/devices.crl"))
        #expect(bench.events.contains { if case .expired(let list) = $0 { list.issuer == "root" } else { false } })
    }

    @Test func `a list past half its life is told about once`() async throws {
        let bench = try Bench()
        try bench.serve(number: 10)
        let publisher = try bench.publisher()
        try await publisher.start()
        #expect(await publisher.once())
        bench.now += 4 * Bench.day
        _ = await publisher.once()
        _ = await publisher.once()
        #expect(bench.events.count { if case .ageing(let list) = $0 { list.issuer == "devices" } else { false } } == 1)
    }
}
