import Access
import Authority
import Ledger
import PKI
import ServerKit
import TestKit
import Testing

@Suite struct `A clock that is not believed` {
    private let bench: Bench
    private static let faults: [ClockFault] = [
        .behind(newest: ThrowAwayCA.now, now: ThrowAwayCA.now - 7_200), .ahead(expected: ThrowAwayCA.now, now: ThrowAwayCA.now + 86_400),
    ]

    init() throws { bench = try Bench() }

    @Test(arguments: faults) func `issues nothing, says why, and audits the attempt`(_ fault: ClockFault) async throws {
        let device = try await bench.enroll(uuid(1))
        let known = try await bench.ledger.auditHead().id
        let counts = try await bench.ledger.counts()
        bench.time.distrust(fault)
        #expect(try await refusal { try await bench.enroll(uuid(2)) } == .clock(fault))
        #expect(try await refusal { try await bench.renew(device, csr: makeRequest()) } == .clock(fault))
        #expect(try await bench.ledger.counts() == counts)
        let rows = try await bench.audit(since: known)
        #expect(rows.contains("token:ops sign failed \(fault.code)"), "\(rows)")
        #expect(rows.contains("certificate:\(device.serialNumber) renew failed \(fault.code)"), "\(rows)")
        bench.time.distrust(nil)
        try await bench.renew(device, csr: makeRequest())
    }

    @Test(arguments: faults) func `still revokes, reads, and makes the server's own certificate`(_ fault: ClockFault) async throws {
        let device = try await bench.enroll(uuid(1))
        bench.time.distrust(fault)
        let receipt = try await bench.revoke(device.serialNumber, .keyCompromise)
        #expect(receipt.certificate.revocation?.date == bench.time.now)
        #expect(try await bench.authority.certificate(device.serialNumber)?.revocation != nil)
        _ = try await bench.authority.certifyItself(hostNames: ["ca.internal"])
    }

    @Test func `says what to do, to peers and to the operator`() {
        for fault in Self.faults {
            #expect(fault.code == (fault == Self.faults[0] ? "clock_behind" : "clock_ahead"))
            #expect(!fault.summary.isEmpty && fault.remedy.contains("administrator") && fault.alarm.contains("restart"))
        }
    }
}
