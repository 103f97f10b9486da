import Access
import Authority
import Issuance
import Ledger
import PKI
import ServerKit
import TestKit
import Testing

@Suite struct `Certificates that a restored ledger forgot` {
    private let bench: Bench

    init() throws { bench = try Bench() }

    /// A certificate that our issuing key signs and no ledger records.
    private func forgotten(_ name: String, role: String = "device", at now: UnixTime? = nil) async throws -> CertificateDocument {
        let maker = bench.authority.policies.maker
        var generator = SeededGenerator(seed: UInt64((now ?? 1).seconds) &+ UInt64(name.utf8.count))
        let request = NameRequest(
            commonName: name, organization: role == "device" ? "Example" : nil, organizationalUnit: role == "device" ? "sensor" : nil)
        let (plan, _) = try maker.plan(
            request, publicKey: PrivateKey.generate(.p256).publicKey, profile: maker.role(role), ttl: nil, now: now ?? bench.time.now,
            using: &generator)
        return try await CertificateDocument(der: maker.make(plan).der)
    }

    /// The ledger's last record is of now; an hour later it is recovered.
    private func lose(_ hour: () async throws -> [CertificateDocument]) async throws -> [CertificateDocument] {
        let since = bench.time.now
        bench.time.advance(1_800)
        let lost = try await hour()
        bench.time.advance(1_800)
        _ = try await bench.ledger.recover(
            RecoveryOrder(
                evidence: [], since: since, now: bench.time.now, keptTokenSHA256: nil,
                audit: AuditEvent(
                    timestamp: bench.time.now.milliseconds, principal: "system", action: .recover, resource: "ledger", result: .allowed,
                    ipAddress: "", userAgent: "")))
        return lost
    }

    private func adopt(_ lost: CertificateDocument) async throws -> Bool {
        try await bench.authority.adoptForRenewal(bench.presented(certificate: lost.der))
    }

    private func revoke(_ document: CertificateDocument) async throws -> RevocationReceipt {
        let admin = try await bench.admin()
        return try await bench.authority.revoke(
            RevokeOrder(serialNumber: document.serialNumber, der: document.der, reason: .keyCompromise),
            permit: bench.permit(admin, .revoke))
    }

    @Test func `renew like any other, and that they were adopted is on record`() async throws {
        let lost = try await lose { [try await forgotten(uuid(1)), try await forgotten("db.internal", role: "service")] }
        for (document, profile) in zip(lost, ["device", "service"]) {
            #expect(try await adopt(document))
            let record = try #require(try await bench.ledger.certificate(document.serialNumber))
            #expect(record.der == document.der && record.identity == IdentityName(profile: profile, name: document.commonName ?? ""))
            #expect(record.issuer == profile + "s" && record.organization == document.organization)
            let renewed = try await bench.renew(record, csr: makeRequest()).record
            #expect(renewed.generation == 2 && renewed.identity == record.identity)
        }
        let first = try #require(lost.first?.serialNumber)
        #expect(try await bench.audit().contains("certificate:\(first) adopt allowed"))
    }

    @Test func `are revoked by their bytes, and their identity is suspended`() async throws {
        let lost = try await lose { [try await forgotten(uuid(1))] }[0]
        let unknown = AuthorityError.ledger(.certificateUnknown(lost.serialNumber))
        try await bench.receiveEvents()
        #expect(try await refusal { try await bench.revoke(lost.serialNumber, .superseded) } == unknown, "a serial number proves nothing")
        #expect(try await revoke(lost).certificate.revocation?.reason == .keyCompromise)
        let identity = IdentityName(profile: "device", name: uuid(1))
        let event = OutboxEvent.Content.revocation(lost.serialNumber, issuer: "devices", identity: identity)
        #expect(try await bench.ledger.identity(identity)?.suspendedAt != nil)
        #expect(try await bench.events() == [event, .suspension(identity)])
        #expect(try await bench.audit().suffix(2) == ["token:ops adopt allowed", "token:ops revoke allowed"])
        #expect(try await adopt(lost), "known again")
        await #expect(throws: AuthenticationFailure.refused(.certificateRevoked(serial: lost.serialNumber.description))) {
            try await bench.principal(certificate: lost.der)
        }
    }

    @Test func `stay unknown in a ledger that was never recovered`() async throws {
        let document = try await forgotten(uuid(1))
        #expect(try await adopt(document) == false)
        let unknown = AuthorityError.ledger(.certificateUnknown(document.serialNumber))
        #expect(try await refusal { try await revoke(document) } == unknown)
        #expect(try await bench.ledger.counts().certificates == 0)
    }

    @Test func `stay unknown when they are of another time, or another CA signed them`() async throws {
        let before = try await forgotten(uuid(2), at: bench.time.now - 3_600)
        _ = try await lose { [] }
        bench.time.advance(3_600)
        let stranger = try ThrowAwayCA().devices.issue(
            to: PrivateKey.generate(.p256).publicKey, serialNumber: before.serialNumber, commonName: uuid(3), organization: "Example",
            names: [.uri("urn:uuid:\(uuid(3))")], notBefore: bench.time.now - 5_400)
        for document in [before, try await forgotten(uuid(4)), stranger, bench.ca.devices.certificate] {
            #expect(try await adopt(document) == false)
            #expect(try await refusal { try await revoke(document) }?.code == "unknown_serial")
        }
        #expect(try await bench.ledger.counts().certificates == 0)
    }

    @Test func `are forks when the device has enrolled anew since`() async throws {
        let lost = try await lose { [try await forgotten(uuid(1))] }[0]
        bench.time.advance(60)
        let enrolled = try await bench.enroll(uuid(1), type: "sensor")
        let fork = AuthorityError.ledger(.fork(presented: lost.serialNumber, current: enrolled.serialNumber))
        #expect(try await refusal { try await adopt(lost) } == fork)
        #expect(try await bench.audit().last == "certificate:\(lost.serialNumber) adopt fork fork")
        #expect(bench.log.all.contains { $0.hasPrefix("critical fork") })
        #expect(try await bench.renew(enrolled, csr: makeRequest()).record.generation == 2)
    }

    @Test func `of the CA itself can be revoked, and not renewed`() async throws {
        let maker = bench.authority.policies.maker
        let lost = try await lose {
            var generator = SeededGenerator(seed: 3)
            let profile = try #require(maker.profiles.server)
            let (plan, _) = try maker.plan(
                NameRequest(names: [.dns("ca.internal")]), publicKey: PrivateKey.generate(.p256).publicKey, profile: profile, ttl: nil,
                now: bench.time.now, using: &generator)
            return [try await CertificateDocument(der: maker.make(plan).der)]
        }[0]
        #expect(try await adopt(lost) == false)
        #expect(try await revoke(lost).certificate.profile == "server")
    }
}
