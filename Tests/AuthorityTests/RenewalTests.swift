import Access
import Authority
import Ledger
import PKI
import ServerKit
import TestKit
import Testing

@Suite struct `Renewal` {
    private let bench: Bench
    private static let day: Int64 = 86_400

    init() throws { bench = try Bench() }

    @Test func `goes on from certificate to certificate, names unchanged`() async throws {
        let first = try await bench.enroll(uuid(1), type: "sensor")
        bench.time.advance(20 * Self.day)
        let second = try await bench.renew(first, csr: makeRequest()).record
        bench.time.advance(20 * Self.day)
        let third = try await bench.renew(second, csr: makeRequest(uuid(1), organization: "Example", type: "sensor")).record
        #expect([first, second, third].map(\.generation) == [1, 2, 3])
        for record in [second, third] {
            #expect(record.commonName == uuid(1) && record.organization == "Example" && record.organizationalUnit == "sensor")
            #expect(record.lineage == 1 && record.identity == first.identity)
        }
        #expect(third.notAfter - third.notBefore + 1 == 30 * Self.day && third.requester == "certificate:\(second.serialNumber)")
    }

    @Test func `keeps all names of a service`() async throws {
        let names: [GeneralName] = [.dns("db-1.internal"), .ip([127, 0, 0, 1])]
        let order = IssuanceOrder(role: "service", csr: try makeRequest("db.internal", names: names))
        let first = try await bench.sign(order, as: bench.admin()).record
        let second = try await bench.renew(first, csr: makeRequest("db.internal")).record
        #expect(second.subjectAlternativeNames == ["DNS:db.internal", "DNS:db-1.internal", "IP:127.0.0.1"])
        #expect(try CertificateDocument(der: second.der).names == [.dns("db.internal")] + names)
    }

    @Test func `adds neither type nor organization nor name`() async throws {
        let first = try await bench.enroll(uuid(1))
        let requests = [
            try makeRequest(uuid(1), type: "admin"), try makeRequest(uuid(1), organization: "Second GmbH"), try makeRequest(uuid(2)),
        ]
        for csr in requests {
            #expect(try await refusal { try await bench.renew(first, csr: csr) }?.code == "names_disagree")
        }
    }

    @Test func `with the certificate before the newest is good within the grace, for the same and for another key`() async throws {
        let first = try await bench.enroll(uuid(1))
        let csr = try makeRequest()
        bench.time.advance(Self.day)
        let second = try await bench.renew(first, csr: csr).record
        bench.time.advance(Self.day - 1)
        #expect(try await bench.renew(first, csr: csr).record == second)
        let other = try await bench.renew(first, csr: makeRequest()).record
        #expect(other.serialNumber != second.serialNumber && other.generation == 3)
        #expect(try await bench.ledger.counts().certificates == 3)
    }

    @Test func `with an older certificate is a fork: refused, audited and alarmed`() async throws {
        let first = try await bench.enroll(uuid(1))
        let second = try await bench.renew(first, csr: makeRequest()).record
        bench.time.advance(Self.day)
        let error = try await refusal { try await bench.renew(first, csr: makeRequest()) }
        #expect(error == .ledger(.fork(presented: first.serialNumber, current: second.serialNumber)))
        #expect(error?.code == "fork")
        #expect(try await bench.audit().last == "certificate:\(first.serialNumber) renew fork fork")
        #expect(bench.log.all.contains { $0.hasPrefix("critical fork") && $0.contains("\(second.serialNumber)") })
        let third = try await bench.renew(second, csr: makeRequest()).record
        #expect(try await refusal { try await bench.renew(first, csr: makeRequest()) }?.code == "fork")
        #expect(third.generation == 3)
    }

    @Test func `of a device's older line ends with a new enrolment, of a service's does not`() async throws {
        let old = try await bench.enroll(uuid(1))
        _ = try await bench.enroll(uuid(1))
        #expect(try await refusal { try await bench.renew(old, csr: makeRequest()) }?.code == "fork")
        let order = IssuanceOrder(role: "service", csr: try makeRequest("db.internal"))
        let replica = try await bench.sign(order, as: bench.admin()).record
        _ = try await bench.sign(IssuanceOrder(role: "service", csr: makeRequest("db.internal")), as: bench.admin())
        #expect(try await bench.renew(replica, csr: makeRequest()).record.generation == 2)
    }

    @Test func `needs the certificate, not a token`() async throws {
        _ = try await bench.enroll(uuid(1))
        let admin = try await bench.admin()
        #expect(try await refusal { try await bench.permit(admin, .renew) } == .access(.certificateNeeded))
        let permit = try await bench.permit(admin, .sign, "device")
        #expect(
            try await refusal { try await bench.authority.renew(makeRequest(), ttl: nil, permit: permit) } == .access(.certificateNeeded))
    }

    @Test func `in a revoked identity is refused inside the ledger, whatever was true at authentication`() async throws {
        let record = try await bench.enroll(uuid(1))
        let permit = try await bench.permit(bench.principal(certificate: record.der), .renew)
        try await bench.revoke(record.serialNumber, .superseded)
        #expect(
            try await refusal { try await bench.authority.renew(makeRequest(), ttl: nil, permit: permit) }
                == .ledger(.presentedRevoked(record.serialNumber)))
    }

    @Test func `racing a revocation never leaves a live certificate`() async throws {
        let bench = bench
        let csr = try makeRequest()
        let admin = try await bench.admin()
        var renewed = 0
        for number in 1...300 {
            let order = IssuanceOrder(role: "device", csr: csr, commonName: uuid(number), organization: "Example")
            let record = try await bench.sign(order, as: admin).record
            let renewal = try await bench.permit(bench.principal(certificate: record.der), .renew)
            let revocation = try await bench.permit(admin, .revoke)
            async let certified = refusal { try await bench.authority.renew(csr, ttl: nil, permit: renewal) }
            async let receipt = bench.authority.revoke(
                RevokeOrder(serialNumber: record.serialNumber, reason: .privilegeWithdrawn), permit: revocation)
            let (error, acknowledged) = (try await certified, try await receipt)
            #expect(acknowledged.certificate.revocation != nil)
            #expect(try await bench.state(of: uuid(number)).isEmpty)
            if error == nil { renewed += 1 }
            #expect(error == nil ? acknowledged.alsoRevoked.count == 1 : acknowledged.alsoRevoked.isEmpty)
        }
        #expect(try await bench.ledger.counts() == LedgerCounts(certificates: 300 + renewed, revocations: 300 + renewed))
    }
}
