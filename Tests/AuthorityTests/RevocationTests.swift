import Access
import Authority
import Ledger
import PKI
import ServerKit
import TestKit
import Testing

@Suite struct `Revocation` {
    private let bench: Bench

    init() throws { bench = try Bench() }

    @Test func `is durable when it returns, an event, and names the CRL`() async throws {
        let record = try await bench.enroll(uuid(1))
        try await bench.receiveEvents()
        bench.time.advance(5)
        let receipt = try await bench.revoke(record.serialNumber, .superseded)
        let revocation = try #require(receipt.certificate.revocation)
        #expect(revocation.date == bench.time.now && revocation.reason == .superseded && revocation.crlNumber == bench.time.now.seconds)
        #expect(try await bench.ledger.certificate(record.serialNumber)?.revocation == revocation)
        #expect(try await bench.events() == [.revocation(record.serialNumber, issuer: "devices", identity: record.identity)])
        #expect(!receipt.alreadyRevoked && receipt.alsoRevoked.isEmpty)
    }

    @Test func `of a compromised key ends it everywhere, with an event for each certificate and identity`() async throws {
        try await bench.receiveEvents()
        let csr = try makeRequest()
        let record = try await bench.enroll(uuid(1), csr: csr)
        let order = IssuanceOrder(role: "service", csr: csr, commonName: "db.internal")
        let service = try await bench.sign(order, as: bench.admin())
        #expect(service.warnings.contains { $0.hasPrefix("the public key is also that of device/\(uuid(1))") })
        let receipt = try await bench.revoke(record.serialNumber, .keyCompromise)
        #expect(receipt.alsoRevoked == [service.record.serialNumber])
        let (device, other) = (record.identity, service.record.identity)
        #expect(
            try await bench.events() == [
                .revocation(record.serialNumber, issuer: "devices", identity: device), .suspension(device), .suspension(other),
                .revocation(service.record.serialNumber, issuer: "services", identity: other),
            ])
    }

    @Test func `twice keeps the first date, reason and number`() async throws {
        let record = try await bench.enroll(uuid(1))
        let first = try await bench.revoke(record.serialNumber, .superseded)
        bench.time.advance(100)
        let second = try await bench.revoke(record.serialNumber, .affiliationChanged)
        #expect(second.alreadyRevoked && second.certificate == first.certificate)
    }

    @Test(arguments: RevocationReason.allCases) func `suspends the identity when the reason says so`(reason: RevocationReason) async throws
    {
        let record = try await bench.enroll(uuid(1))
        let second = try await bench.renew(record, csr: makeRequest()).record
        let receipt = try await bench.revoke(record.serialNumber, reason)
        #expect(receipt.alsoRevoked == (reason.suspendsIdentity ? [second.serialNumber] : []))
        #expect((try await bench.ledger.identity(record.identity)?.suspendedAt != nil) == reason.suspendsIdentity)
        #expect(reason.suspendsIdentity == [.keyCompromise, .cessationOfOperation, .privilegeWithdrawn].contains(reason))
    }

    @Test(arguments: [(RevocationReason.superseded, true), (.keyCompromise, false)])
    func `suspends as the order says, whatever the reason`(reason: RevocationReason, suspend: Bool) async throws {
        let record = try await bench.enroll(uuid(1))
        try await bench.revoke(record.serialNumber, reason, suspend: suspend)
        #expect((try await bench.ledger.identity(record.identity)?.suspendedAt != nil) == suspend)
    }

    @Test func `of an unknown serial number is refused`() async throws {
        let serial = try SerialNumber(octets: [0x40, 1])
        #expect(try await refusal { try await bench.revoke(serial, .superseded) } == .ledger(.certificateUnknown(serial)))
    }

    @Test func `of an expired certificate is refused`() async throws {
        let record = try await bench.enroll(uuid(1))
        bench.time.advance(31 * 86_400)
        #expect(
            try await refusal { try await bench.revoke(record.serialNumber, .superseded) }
                == .ledger(.certificateExpired(record.serialNumber)))
    }

    @Test func `of a certificate that is not the one recorded is refused`() async throws {
        let (record, other) = (try await bench.enroll(uuid(1)), try await bench.enroll(uuid(2)))
        let permit = try await bench.permit(bench.admin(), .revoke)
        let order = RevokeOrder(serialNumber: record.serialNumber, der: other.der, reason: .superseded)
        let error = try await refusal { try await bench.authority.revoke(order, permit: permit) }
        #expect(error == .request(.certificateDiffers(serial: record.serialNumber.description)))
    }

    @Test func `needs a policy for the certificate's own profile`() async throws {
        let record = try await bench.enroll(uuid(1))
        let order = IssuanceOrder(role: "service", csr: try makeRequest("db.internal"))
        let service = try await bench.sign(order, as: bench.admin()).record
        let access = try AccessControl(files: ["access/devices.yaml": "allow:\n  - actions: [revoke]\n    profiles: [device]\n"])
        bench.authority.replacePolicies(Policies(maker: bench.authority.policies.maker, access: access))
        let principal = try await bench.principal(token: bench.makeToken(["devices"], name: "line"))
        let permit = try await bench.permit(principal, .revoke)
        let error = try await refusal {
            try await bench.authority.revoke(RevokeOrder(serialNumber: service.serialNumber, reason: .superseded), permit: permit)
        }
        #expect(error?.code == "permission_denied")
        #expect(try await bench.audit().last == "token:line revoke refused permission_denied")
        let receipt = try await bench.authority.revoke(
            RevokeOrder(serialNumber: record.serialNumber, reason: .superseded), permit: permit)
        #expect(receipt.certificate.revocation != nil)
    }

    @Test func `by a hundred at once leaves one entry`() async throws {
        let record = try await bench.enroll(uuid(1))
        let permit = try await bench.permit(bench.admin(), .revoke)
        let bench = bench
        let receipts = try await withThrowingTaskGroup(of: RevocationReceipt.self, returning: [RevocationReceipt].self) { group in
            for number in 0..<100 {
                let reason = RevocationReason.allCases[number % RevocationReason.allCases.count]
                group.addTask {
                    try await bench.authority.revoke(
                        RevokeOrder(serialNumber: record.serialNumber, reason: reason, suspend: false), permit: permit)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(receipts.count { !$0.alreadyRevoked } == 1)
        #expect(Set(receipts.compactMap(\.certificate.revocation?.reason)).count == 1)
        #expect(try await bench.ledger.counts().revocations == 1)
    }
}
