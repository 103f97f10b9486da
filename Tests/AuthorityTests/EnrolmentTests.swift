import Access
@testable import Authority
import Issuance
import Ledger
import PKI
import ServerKit
import TestKit
import Testing

@Suite struct `Enrolment` {
    private let bench: Bench

    init() throws { bench = try Bench() }

    @Test func `with a token gives a certificate that the ledger has`() async throws {
        let csr = try makeRequest(uuid(1).uppercased(), organization: "Example", type: "sensor")
        let certified = try await bench.sign(IssuanceOrder(role: "device", csr: csr), as: bench.admin())
        let record = certified.record
        #expect(try await bench.ledger.certificate(record.serialNumber) == record)
        #expect(record.identity == IdentityName(profile: "device", name: uuid(1)) && record.issuer == "devices")
        #expect(
            record.organization == "Example" && record.organizationalUnit == "sensor" && record.requester.hasPrefix("token:accessor-ops-"))
        #expect(record.subjectAlternativeNames == ["URI:urn:uuid:" + uuid(1)])
        #expect(record.lineage == 1 && record.generation == 1 && record.publicKeySHA256 == csr.publicKey.sha256)
        let document = try CertificateDocument(der: record.der)
        #expect(document.isSigned(by: bench.ca.devices.certificate) && document.serialNumber == record.serialNumber)
        #expect(document.notBefore == record.notBefore && document.notAfter == record.notAfter)
        #expect((record.notBefore..<record.notAfter).contains(certified.renewAt))
    }

    @Test(arguments: [("device", 2_592_000, 300), ("service", 86_400, 60)] as [(String, Int64, Int64)])
    func `by the shipped profiles lasts to the second as promised`(role: String, period: Int64, backdate: Int64) async throws {
        let csr = try makeRequest(role == "device" ? uuid(1) : "db.internal", organization: role == "device" ? "Example" : nil)
        let record = try await bench.sign(IssuanceOrder(role: role, csr: csr), as: bench.admin()).record
        #expect(record.notAfter - record.notBefore + 1 == period)
        #expect(record.notBefore == bench.time.now - backdate)
    }

    @Test func `with issue makes the key and gives it with the certificate`() async throws {
        for kind in [nil, KeyAlgorithm.p384, .ed25519] {
            let order = IssuanceOrder(
                role: "service", key: .generated(kind), commonName: "db.internal", names: [.dns("db-1.internal")], ttl: 3_600)
            let certified = try await bench.authority.certify(order, permit: bench.permit(bench.admin(), .issue, "service"))
            #expect(certified.privateKey?.publicKey.sha256 == certified.record.publicKeySHA256)
            #expect(certified.privateKey?.algorithm == kind ?? .p256)
            #expect(certified.record.notAfter == bench.time.now + 3_600 - 1)
        }
    }

    @Test func `with issue makes no RSA key`() async throws {
        let order = IssuanceOrder(role: "service", key: .generated(.rsa2048), commonName: "db.internal")
        let error = try await refusal { try await bench.authority.certify(order, permit: bench.permit(bench.admin(), .issue, "service")) }
        #expect(error == .request(.keyTypeNotMade("rsa-2048")))
    }

    @Test func `needs a permit for just this role`() async throws {
        let permit = try await bench.permit(bench.admin(), .sign, "device")
        let order = IssuanceOrder(role: "service", csr: try makeRequest("db.internal"))
        let error = try await refusal { try await bench.authority.certify(order, permit: permit) }
        #expect(error?.code == "permission_denied")
        #expect(try await bench.ledger.counts().certificates == 0)
    }

    @Test func `with a repeating random generator is refused the second time`() async throws {
        let bench = try Bench(constantRandomness: true)
        let first = try await bench.enroll(uuid(1))
        let error = try await refusal { try await bench.enroll(uuid(2)) }
        #expect(error == .ledger(.serialNumberTaken(first.serialNumber)))
        #expect(error?.code == "serial_number_taken")
        #expect(try await bench.ledger.counts().certificates == 1)
        #expect(try await bench.state(of: uuid(2)).isEmpty)
    }

    @Test func `of a suspended identity with a token is refused`() async throws {
        let record = try await bench.enroll(uuid(1))
        try await bench.revoke(record.serialNumber, .privilegeWithdrawn)
        #expect(try await refusal { try await bench.enroll(uuid(1)) } == .ledger(.identitySuspended(record.identity)))
    }

    @Test func `with a key that was revoked for keyCompromise is refused, whoever asks`() async throws {
        let csr = try makeRequest()
        let record = try await bench.enroll(uuid(1), csr: csr)
        try await bench.revoke(record.serialNumber, .keyCompromise)
        #expect(try await refusal { try await bench.enroll(uuid(2), csr: csr) } == .ledger(.keyCompromised))
    }

    @Test func `in another organization than before is refused`() async throws {
        let record = try await bench.enroll(uuid(1))
        let order = IssuanceOrder(role: "device", csr: try makeRequest(uuid(1), organization: "Second GmbH"))
        let error = try await refusal { try await bench.sign(order, as: bench.admin()) }
        #expect(error == .ledger(.organizationDiffers(record.identity, known: "Example", asked: "Second GmbH")))
    }

    @Test func `returns no certificate when the ledger cannot be written`() async throws {
        let bench = try Bench(onDisk: true)
        let permit = try await bench.permit(bench.admin(), .sign, "device")
        let order = IssuanceOrder(role: "device", csr: try makeRequest(uuid(1), organization: "Example"))
        await bench.closeLedger()
        let error = try await refusal { try await bench.authority.certify(order, permit: permit) }
        guard case .ledger(.unavailable) = error else {
            Issue.record("expected unavailable, got \(String(describing: error))")
            return
        }
        #expect(error?.code == "unavailable" && error?.auditResult == .failed)
        #expect(bench.log.all.contains { $0.hasPrefix("error audit event lost") })
    }

    @Test func `follows the policies of its permit, and the next request those that were put in force meanwhile`() async throws {
        let policies = try makePolicies(bench.ca, bench.issuers)
        let permit = try await bench.permit(bench.admin(), .sign, "device")
        bench.authority.replacePolicies(
            Policies(
                maker: CertificateMaker(
                    profiles: try ProfileSet(files: [:], lists: [:], issuers: [:]), issuers: [],
                    reserved: ReservedNames(hostNames: []), ownKeys: []), access: policies.access))
        let order = IssuanceOrder(role: "device", csr: try makeRequest(uuid(1), organization: "Example"))
        _ = try await bench.authority.certify(order, permit: permit)
        let error = try await refusal { try await bench.sign(order, as: bench.admin()) }
        #expect(error == .issuance(.unknownRole("device", known: [])))
    }
}
