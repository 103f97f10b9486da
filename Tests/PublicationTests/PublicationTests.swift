internal import Crypto
import Ledger
import PKI
import Publication
import ServerKit
import TestKit
import Testing

@Suite struct `Published CRLs` {
    private let bench: Bench
    private let publication: Publication

    init() throws {
        bench = try Bench()
        publication = try Publication(bench)
    }

    private func publish() async -> Bool { await publication.publisher.publishDue() }

    @Test func `exist before anything is revoked, and are valid`() async throws {
        #expect(await publish())
        for (name, issuer) in [("devices", bench.ca.devices), ("services", bench.ca.services)] {
            let list = try publication.list(name)
            #expect(list.entryCount == 0 && list.isSigned(by: issuer.certificate))
            #expect(list.thisUpdate == bench.time.now - 120 && list.nextUpdate == bench.time.now + 7 * 86_400)
            #expect(list.authorityKeyIdentifier == issuer.certificate.subjectKeyIdentifier && !list.hasUnknownCriticalExtension)
        }
    }

    @Test func `contain a revoked certificate under exactly the receipt's number`() async throws {
        let record = try await bench.enroll(uuid(1))
        #expect(await publish())
        bench.time.advance(10)
        let receipt = try await bench.revoke(record.serialNumber, .superseded)
        bench.time.advance(1)
        #expect(await publish())
        let list = try publication.list()
        #expect(list.number == receipt.certificate.revocation?.crlNumber)
        #expect(list.entries().map(\.serialNumber) == [record.serialNumber] && list.entries().map(\.reason) == [.superseded])
        #expect(list.entries().map(\.date) == [bench.time.now - 1])
        #expect(try publication.list("services").entryCount == 0)
    }

    @Test func `are accepted by openssl, refuse the revoked and admit the others`() async throws {
        let (good, bad) = (try await bench.enroll(uuid(1)), try await bench.enroll(uuid(2)))
        try await bench.revoke(bad.serialNumber, .keyCompromise)
        #expect(await publish())
        try await publishRoot(number: 5)
        let ca = try publication.files.write(bench.ca.devices.certificate.pem, to: "ca.pem")
        for arguments in [["-inform", "DER", "-in", "devices.crl"], ["-in", "devices.crl.pem"]] {
            let result = try run(
                "openssl", ["crl", "-noout", "-text", "-verify", "-CAfile", ca] + arguments, directory: publication.files.path)
            #expect(result.stderr.contains("verify OK"), "\(result)")
            #expect(!result.stdout.contains("critical") && result.stdout.contains("Key Compromise"))
        }
        try publication.files.write(bench.ca.chainPEM + publication.files.text("bundle.crl.pem"), to: "trust.pem")
        for (record, verdict) in [(good, "OK"), (bad, "certificate revoked")] {
            let leaf = try publication.files.write(CertificateDocument(der: record.der).pem, to: "leaf.pem")
            let result = try run(
                "openssl",
                [
                    "verify", "-x509_strict", "-crl_check_all", "-attime", "\(bench.time.now.seconds)", "-CAfile",
                    publication.files.path("trust.pem"), leaf,
                ])
            #expect((result.stdout + result.stderr).contains(verdict), "\(result)")
        }
    }

    @Test func `leave the reason out when there is none`() async throws {
        let record = try await bench.enroll(uuid(1))
        try await bench.revoke(record.serialNumber, .unspecified)
        #expect(await publish())
        let text = try run("openssl", ["crl", "-inform", "DER", "-noout", "-text"], input: publication.files.read("devices.crl")).stdout
        #expect(text.contains("Revocation Date") && !text.contains("CRL entry extensions"))
    }

    @Test func `of one second follow each other in number and thisUpdate`() async throws {
        var last = (number: Int64(0), thisUpdate: UnixTime(0))
        for number in 1...5 {
            let record = try await bench.enroll(uuid(number))
            let receipt = try await bench.revoke(record.serialNumber, .superseded)
            #expect(await publish())
            let list = try publication.list()
            #expect(list.number == receipt.certificate.revocation?.crlNumber)
            #expect((list.number ?? 0) > last.number && list.thisUpdate > last.thisUpdate && list.thisUpdate <= bench.time.now)
            #expect(list.entryCount == number)
            last = (list.number ?? 0, list.thisUpdate)
        }
    }

    @Test func `keep their last two numbers as copies`() async throws {
        var numbers: [Int64] = []
        for _ in 1...4 {
            #expect(await publish())
            numbers.append(try publication.list().number ?? 0)
            bench.time.advance(900)
        }
        #expect(try publication.copies() == Array(numbers.suffix(2)))
        #expect(try publication.files.read("devices-\(numbers[3]).crl") == publication.files.read("devices.crl"))
    }

    @Test func `leave alone what looks like a copy and is the list of another issuer`() async throws {
        try publication.files.write("another's", to: "devices-2.crl")
        for _ in 1...4 {
            #expect(await publish())
            bench.time.advance(900)
        }
        #expect(try publication.files.text("devices-2.crl") == "another's")
    }

    @Test func `are made again after a quarter of an hour, and not before`() async throws {
        #expect(await publish())
        let first = try publication.list()
        bench.time.advance(899)
        #expect(await publish())
        #expect(try publication.list() == first)
        bench.time.advance(1)
        #expect(await publish())
        #expect(try publication.list().thisUpdate == first.thisUpdate + 900)
    }

    @Test func `are bundled with the root's, whenever that changes`() async throws {
        #expect(await publish())
        #expect(try bundle().map(\.number) == [try publication.list("devices").number, try publication.list("services").number])
        try await publishRoot(number: 5)
        #expect(try bundle().map(\.number).last == 5)
        let same = try publication.files.read("index.json")
        await publication.publisher.refreshIndexIfRootChanged()
        #expect(try publication.files.read("index.json") == same)
        try await publishRoot(number: 6)
        #expect(try bundle().count == 3 && bundle().map(\.number).last == 6)
    }

    @Test func `are indexed with number, times, size and digest, and the head of the audit log`() async throws {
        let record = try await bench.enroll(uuid(1))
        try await bench.revoke(record.serialNumber, .superseded)
        #expect(await publish())
        try await publishRoot(number: 5)
        let (issuers, head) = try publication.index()
        #expect(issuers.map { $0["name"] as? String } == ["devices", "services", "root"])
        for entry in issuers {
            let name = try #require(entry["name"] as? String)
            let list = try publication.list(name)
            #expect(entry["crl_number"] as? Int64 == list.number && entry["this_update"] as? Int64 == list.thisUpdate.seconds)
            #expect(entry["next_update"] as? Int64 == list.nextUpdate?.seconds && entry["entries"] as? Int == list.entryCount)
            #expect(entry["sha256"] as? String == hexadecimal(SHA256.hash(data: list.der)))
        }
        let ledgerHead = try await bench.ledger.auditHead()
        #expect(head["id"] as? Int64 == ledgerHead.id && head["hash"] as? String == hexadecimal(ledgerHead.hash))
    }

    @Test func `are noted in the ledger and the audit log`() async throws {
        #expect(await publish())
        let list = try publication.list()
        let note = try #require(try await bench.ledger.lastPublication(issuer: "devices"))
        #expect(note.number == list.number && note.sha256 == Array(SHA256.hash(data: list.der)) && note.entryCount == 0)
        #expect(try await bench.audit() == ["system crl_publish allowed", "system crl_publish allowed"])
    }

    @Test func `come with the certificates of their issuers`() throws {
        try publication.directory.publishCertificates([("root", bench.ca.root.certificate), ("devices", bench.ca.devices.certificate)])
        #expect(try publication.files.read("devices.cer") == bench.ca.devices.certificate.der)
        #expect(try publication.files.read("root.cer") == bench.ca.root.certificate.der)
        #expect(try publication.files.text("root.pem") == bench.ca.root.certificate.pem)
    }

    private func publishRoot(number: Int64) async throws {
        let list = try CertificateRevocationList(der: bench.ca.root.makeCRL(number: number, thisUpdate: bench.time.now - 60))
        try publication.directory.publish(list.der, issuer: "root", number: number)
        await publication.publisher.refreshIndexIfRootChanged()
    }

    private func bundle() throws -> [CertificateRevocationList] {
        try CertificateRevocationList.all(pem: publication.files.text("bundle.crl.pem"))
    }
}
