import Issuance
import PKI
import TestKit
import Testing

/// A wish for a lifetime, and the period it leads to in seconds.
struct PeriodRow: CustomTestStringConvertible {
    let testDescription: String
    let role: String
    let ttl: Int64?
    let period: Int64
    let warning: String?

    static let all: [PeriodRow] = [
        .init("a device by default", "device", nil, 2_592_000),
        .init("a service by default", "service", nil, 86_400),
        .init("an hour from now", "device", 3_600, 3_900),
        .init("the shortest", "device", 300, 600),
        .init("the shortest of a service", "service", 300, 360),
        .init("exactly what remains after backdating", "device", 2_592_000 - 300, 2_592_000),
        .init("the very lifetime", "device", 2_592_000, 2_592_000),
        .init(
            "a second too long", "device", 2_592_001, 2_592_000,
            "the ttl of 2592001 s exceeds the lifetime of profile device: cut to 2592000 s"),
        .init(
            "ten years", "service", 315_360_000, 86_400, "the ttl of 315360000 s exceeds the lifetime of profile service: cut to 86400 s"),
        .init(
            "more seconds than there are", "device", .max, 2_592_000,
            "the ttl of 9223372036854775807 s exceeds the lifetime of profile device: cut to 2592000 s"),
    ]

    init(_ name: String, _ role: String, _ ttl: Int64?, _ period: Int64, _ warning: String? = nil) {
        (testDescription, self.role, self.ttl, self.period, self.warning) = (name, role, ttl, period, warning)
    }
}

@Suite struct `Validity periods` {
    private func names(_ role: String) -> NameRequest {
        role == "device"
            ? NameRequest(commonName: Bench.uuid, organization: "Example") : NameRequest(commonName: "db.internal")
    }

    @Test(arguments: PeriodRow.all) func `last exactly as long as they should, both ends included`(row: PeriodRow) async throws {
        let bench = try Bench()
        let (plan, warnings) = try bench.plan(names(row.role), role: row.role, ttl: row.ttl)
        #expect(plan.notAfter - plan.notBefore + 1 == row.period)
        #expect(plan.notBefore == bench.now - (row.role == "device" ? 300 : 60))
        #expect(warnings == (row.warning.map { [$0] } ?? []))
        let certificate = try await CertificateDocument(der: bench.maker.make(plan).der)
        #expect(certificate.notAfter - certificate.notBefore + 1 == row.period)
    }

    @Test(
        arguments: [
            (1, .ttlTooShort(1, minimum: 300)), (299, .ttlTooShort(299, minimum: 300)), (0, .ttlNotPositive(0)), (-1, .ttlNotPositive(-1)),
        ] as [(Int64, IssuanceRefusal)])
    func `that would be over at once are refused`(ttl: Int64, refusal: IssuanceRefusal) throws {
        #expect(try Bench().refusal(names("device"), ttl: ttl) == refusal)
    }

    @Test func `never begin before the issuer's`() async throws {
        let bench = try Bench(issuersStart: ThrowAwayCA.now - 10)
        let certificate = try await bench.issue(names("device"))
        #expect(certificate.notBefore == ThrowAwayCA.now - 10)
        #expect(certificate.notAfter == ThrowAwayCA.now - 300 + 2_592_000 - 1)
    }

    @Test func `before the issuer's begins are refused: the clock is wrong`() async throws {
        let bench = try Bench()
        let begin = bench.ca.devices.certificate.notBefore
        #expect(try await bench.issue(names("device"), at: begin).notBefore == begin)
        await #expect(throws: IssuanceRefusal.issuerNotYetValid(issuer: "devices", issuerNotBefore: begin, now: begin - 1)) {
            try await bench.issue(names("device"), at: begin - 1)
        }
        await #expect(throws: IssuanceRefusal.self) { try await bench.issue(names("device"), at: 0) }
    }

    @Test func `may end in the issuer's last second and not one later`() async throws {
        let bench = try Bench()
        let end = bench.ca.devices.certificate.notAfter
        let last = end + 1 - 2_592_000 + 300
        #expect(try await bench.issue(names("device"), at: last).notAfter == end)
        await #expect(
            throws: IssuanceRefusal.issuerEndsTooSoon(issuer: "devices", issuerNotAfter: end, notAfter: end + 1)
        ) { try await bench.issue(names("device"), at: last + 1) }
        #expect(try await bench.issue(names("device"), ttl: 86_400, at: last + 1).notAfter < end)
    }

    @Test func `are written as UTCTime before 2050 and as GeneralizedTime from then on`() async throws {
        // 2049-12-20T00:00:00Z: a device's month goes over the turn of the half century.
        let now: UnixTime = 2_523_571_200
        let bench = try Bench(now: now)
        let over = try await bench.issue(names("device"))
        #expect(try times(of: over) == ["UTCTIME :491219235500Z", "GENERALIZEDTIME :20500118235459Z"])
        let before = try await bench.issue(names("service"), role: "service", at: 2_524_607_999 + 60 - 86_399)
        #expect(try times(of: before) == ["UTCTIME :491231000000Z", "UTCTIME :491231235959Z"])
        let after = try await bench.issue(names("service"), role: "service", at: 2_524_608_000 + 60)
        #expect(try times(of: after) == ["GENERALIZEDTIME :20500101000000Z", "GENERALIZEDTIME :20500101235959Z"])
        let verification = try bench.verification(of: over, at: 2_524_608_000)
        #expect(verification.status == 0, "\(verification)")
    }

    @Test func `have a point of renewal inside the profile's window, spread over the fleet`() throws {
        let bench = try Bench()
        let rules = try bench.maker.role("device").renewal
        var points: Set<UnixTime> = []
        for seed in 1...200 {
            let plan = try bench.plan(names("device"), seed: UInt64(seed)).plan
            let point = rules.renewAt(serialNumber: plan.serialNumber, notBefore: plan.notBefore, notAfter: plan.notAfter)
            #expect((plan.notBefore + 1_555_200..<plan.notBefore + 1_944_000).contains(point))
            points.insert(point)
        }
        #expect(points.count > 190)
    }

    /// The times of a certificate as openssl reads their encoding.
    private func times(of certificate: CertificateDocument) throws -> [String] {
        let dump = try run("openssl", ["asn1parse", "-inform", "DER"], input: certificate.der)
        return dump.stdout.split(separator: "\n").filter { $0.contains("TIME") }.map { line in
            line.split(separator: "prim: ").last.map { $0.split(separator: " ").joined(separator: " ") } ?? ""
        }
    }
}
