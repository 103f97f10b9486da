import Access
import Authority
import HTTPFront
import HTTPTypes
import Ledger
import PKI
import ServerKit
import TestKit
import Testing

/// Rates that a test reaches: each class has another one.
private let limits = """
    classes:
      anonymous: {rate: 4, interval: 1m}
      unknown: {rate: 10, interval: 1m}
      authenticated: {rate: 6, interval: 1m}
      slow: {rate: 2, interval: 1m}
      login: {rate: 5, interval: 1m}
      line: {rate: none}
      renewal: {rate: 3, interval: 1m}
      revocation: {rate: 5, interval: 1m}
      crl: {rate: 7, interval: 1m}
      public: {rate: 8, interval: 1m}
      health: {rate: 9, interval: 1m}
    endpoints:
      - {path: pki/roles, class: slow}

    """

/// Vault's API with limits, over a clock that tests set.
@Suite struct `Requests beyond a limit` {
    private let deployment: Deployment
    private let transport: InMemoryTransport
    private var bench: Bench { deployment.bench }

    init() async throws {
        let rules = "allow:\n  - actions: [search]\n    profiles: [\"*\"]\n"
        deployment = try await Deployment(
            limits: limits, policies: ["access/plain.yaml": rules, "access/wide.yaml": "limit_class: line\n" + rules])
        transport = try deployment.transport()
        // Buckets begin with a quarter.
        deployment.bench.time.advance(120)
    }

    /// How many of twenty requests are not refused for their number, one after the other.
    private func admitted(_ call: Call) async throws -> Int {
        var count = 0
        for _ in 0..<20 where try await transport.send(call).code != "rate_limited" { count += 1 }
        return count
    }

    private func holder() async throws -> (Call.Holder, SerialNumber) {
        let key = try PrivateKey.generate(.p256)
        let csr = try makeSigningRequest(key: key, commonName: nil, organization: nil, organizationalUnit: nil, names: [])
        let record = try await bench.enroll(uuid(deployment.next()), csr: SigningRequest(der: csr))
        return (Call.Holder(certificate: try CertificateDocument(der: record.der), key: key), record.serialNumber)
    }

    @Test(
        arguments: [
            ("/v1/pki/ca", 8), ("/v1/pki/ca/pem", 8), ("/v1/pki/ca_chain", 8), ("/v1/pki/issuers?list=true", 8),
            ("/v1/pki/issuer/root/pem", 8), ("/v1/pki/cert/ca", 8), ("/v1/pki/crl", 7), ("/v1/pki/issuer/services/crl/der", 7),
            ("/v1/sys/health", 9), ("/v1/sys/init", 9), ("/v1/sys/seal-status", 9), ("/v1/sys/leader", 9),
            ("/v1/sys/mounts", 4), ("/v1/pki/roles/device", 4), ("/v1/pki/roles?list=true", 4), ("/v1/nothing", 20),
        ]) func `without a credential are refused by the class of the endpoint`(path: String, count: Int) async throws
    {
        #expect(try await admitted(Call(.get, path)) == count)
    }

    @Test(
        arguments: [
            ("/v1/sys/mounts", "plain", 6), ("/v1/pki/roles?list=true", "plain", 2), ("/v1/pki/roles/device", "plain", 6),
            ("/v1/pki/certs?list=true", "wide", 20), ("/v1/sys/mounts", "admin", 20), ("/v1/pki/roles?list=true", "admin", 2),
            ("/v1/sys/mounts", "auditor", 6), ("/v1/sys/mounts", "provisioner", 20), ("/v1/pki/crl", "admin", 7),
        ]) func `of a token are refused by the class of its policy, unless the endpoint has another`(
            path: String, policy: String, count: Int
        ) async throws
    {
        let token = try await bench.makeToken([policy])
        #expect(try await admitted(Call(.get, path).with("X-Vault-Token", token)) == count)
    }

    @Test func `of a token with several policies have the widest class, and each token its own bucket`() async throws {
        let both = try await bench.makeToken(["plain", "wide"])
        #expect(try await admitted(Call(.get, "/v1/sys/mounts").with("X-Vault-Token", both)) == 20)
        for name in ["a", "b"] {
            let token = try await bench.makeToken(["plain"], name: name)
            #expect(try await admitted(Call(.get, "/v1/sys/mounts").with("X-Vault-Token", token)) == 6)
        }
    }

    @Test func `with a token that nobody has have a bucket by address beside that of requests without one, and of good ones`() async throws
    {
        #expect(try await admitted(Call(.get, "/v1/sys/mounts").with("X-Vault-Token", "nobody")) == 10)
        #expect(try await admitted(Call(.get, "/v1/sys/mounts").with("X-Vault-Token", "somebody")) == 0)
        #expect(try await admitted(Call(.get, "/v1/sys/mounts")) == 4)
        let token = try await bench.makeToken(["plain"])
        #expect(try await admitted(Call(.get, "/v1/sys/mounts").with("X-Vault-Token", token)) == 6)
    }

    @Test func `whose body is read before the permit are counted once`() async throws {
        let token = try await bench.makeToken(["plain"])
        #expect(try await admitted(Call(.post, "/v1/pki/search", body: "{}".utf8).with("X-Vault-Token", token)) == 6)
        #expect(try await admitted(Call(.post, "/v1/pki/search", body: "{".utf8).with("X-Vault-Token", token)) == 0)
    }

    @Test func `of a certificate share the bucket of its identity, which a renewal does not fill`() async throws {
        let (holder, _) = try await holder()
        let renewal = Call(.post, "/v1/pki/renew", body: #"{"csr": "x"}"#.utf8, holder: holder)
        #expect(try await admitted(renewal) == 3)
        let (other, _) = try await self.holder()
        #expect(try await admitted(Call(.post, "/v1/pki/renew", body: #"{"csr": "x"}"#.utf8, holder: other)) == 3)
    }

    @Test func `to revoke have a bucket beside that of other requests`() async throws {
        let token = try await bench.makeToken(["plain"])
        #expect(try await admitted(Call(.get, "/v1/sys/mounts").with("X-Vault-Token", token)) == 6)
        let revocation = Call(.post, "/v1/pki/revoke", body: #"{"serial_number": "01"}"#.utf8)
        #expect(try await admitted(revocation.with("X-Vault-Token", token)) == 5)
    }

    @Test func `get 429 with the time to wait, spread, and go on after it`() async throws {
        let call = Call(.get, "/v1/sys/mounts").with("X-Vault-Token", try await bench.makeToken(["plain"]))
        let first = try await transport.send(call)
        #expect(first.status == 200 && field("RateLimit-Policy", of: first) == #""authenticated";q=6;w=60"#)
        #expect(field("RateLimit", of: first) == #""authenticated";r=5;t=10"#)
        for _ in 1..<6 { _ = try await transport.send(call) }
        let refused = try await transport.send(call)
        #expect(refused.status == 429 && field("RateLimit", of: refused) == #""authenticated";r=0;t=10"#)
        // Ten seconds, and the largest spread of half of them.
        #expect(refused.headers[.retryAfter] == "15")
        #expect(refused.text.contains("sys/mounts") && refused.text.contains("rate limit quota exceeded"))
        #expect(refused.text.contains("remedy: ask again in 15 s"))
        bench.time.advance(15)
        #expect(try await transport.send(call).status == 200)
        #expect(try await transport.send(call).status == 429)
    }

    private func field(_ name: String, of answer: Answer) -> String? { HTTPField.Name(name).flatMap { answer.headers[$0] } }

    @Test func `without a rate say nothing of limits`() async throws {
        let call = Call(.get, "/v1/sys/mounts").with("X-Vault-Token", try await bench.makeToken())
        let answer = try await transport.send(call)
        #expect(answer.status == 200 && field("RateLimit", of: answer) == nil)
    }

    @Test func `are counted in the audit log and logged once a minute`() async throws {
        let before = try await bench.ledger.auditHead().id
        let call = Call(.get, "/v1/sys/mounts")
        let token = try await bench.makeToken(["plain"])
        _ = try await admitted(call)
        _ = try await admitted(call.with("X-Vault-Token", token))
        await bench.authority.flushAttempts(everything: true)
        let rows = try await bench.ledger.auditRows(AuditFilter(), before: nil, limit: 100).filter { $0.id > before }
        let told = rows.filter { $0.event.action == .authenticate }.map { row in
            "\(row.event.principal.prefix(9)) \(row.event.details["code"] ?? row.event.resource) \(row.event.details["attempts"] ?? "")"
        }
        let counts = [
            "anonymous credential_missing 4", "anonymous rate_limited 16", "token:acc rate_limited ", "token:acc rate_limited 13",
        ]
        #expect(told.sorted() == counts)
        let lines = bench.log.all.filter { $0.contains("requests are refused for their number") }
        #expect(lines.count == 1 && lines[0].contains("class=anonymous"), "\(lines)")
    }

    @Test func `are judged by new rates after a reload, and keep what they have used`() async throws {
        let call = Call(.get, "/v1/sys/mounts").with("X-Vault-Token", try await bench.makeToken(["plain"]))
        #expect(try await admitted(call) == 6)
        let policies = try makePolicies(
            bench.ca, bench.issuers,
            adding: [
                "limits.yaml": limits.replacing("authenticated: {rate: 6, interval: 1m}", with: "authenticated: {rate: 60, interval: 1m}")
            ])
        deployment.limiter.replace(policies)
        #expect(try await admitted(call) == 0)
        bench.time.advance(12)
        #expect(try await admitted(call) == 12)
    }

    @Test func `are shown as Vault's quotas`() async throws {
        let token = try await bench.makeToken(["auditor"])
        let list = try await transport.send(Call(.list, "/v1/sys/quotas/rate-limit").with("X-Vault-Token", token))
        #expect(list.document["data"]?["keys"]?.elements.count == 11)
        let slow = try await transport.send(Call(.get, "/v1/sys/quotas/rate-limit/slow").with("X-Vault-Token", token)).document["data"]
        #expect(slow?["rate"] == .integer(2) && slow?["interval"] == .integer(60) && slow?["type"] == .string("rate-limit"))
        #expect(slow?["paths"] == .array([.string("/v1/pki/roles")]))
        let absent = try await transport.send(Call(.get, "/v1/sys/quotas/rate-limit/none").with("X-Vault-Token", token))
        #expect(absent.status == 404 && absent.code == "unknown_quota")
        let written = try await transport.send(
            deployment.asked(.post, "/v1/sys/quotas/rate-limit/slow", #"{"rate": 1}"#))
        #expect(written.status == 405 && written.code == "quotas_in_file" && written.text.contains("policies/limits.yaml"))
        let foreign = try await transport.send(
            Call(.get, "/v1/sys/quotas/rate-limit/slow").with("X-Vault-Token", try await bench.makeToken(["plain"])))
        #expect(foreign.status == 403)
    }
}

@Suite struct `The shipped limits` {
    /// What lines, devices and administrators do has no rate, and strangers have a burst of a minute's refusals.
    @Test func `throttle neither lines, tickets, certificates nor administrators`() async throws {
        let bench = try Bench()
        let policies = bench.authority.policies
        for policy in ["admin", "provisioner"] {
            let token = try await bench.principal(token: bench.makeToken([policy]))
            #expect(policies.limitClass(of: token.credential) == LimitClass(name: "line", limit: nil))
        }
        let ticket = try await bench.principal(token: bench.ticket(.identity(uuid(1))))
        #expect(policies.limitClass(of: ticket.credential) == LimitClass(name: "line", limit: nil))
        let device = try await bench.principal(certificate: bench.enroll(uuid(2)).der)
        #expect(policies.limitClass(of: device.credential) == LimitClass(name: "renewal", limit: nil))
        let auditor = try await bench.principal(token: bench.makeToken(["auditor"]))
        #expect(policies.limitClass(of: auditor.credential)?.limit == RateLimit(requests: 100, interval: 60))
        #expect(policies.limitClass(of: .anonymous)?.limit == RateLimit(requests: 10, interval: 60, burst: 60))
        #expect(policies.limits?["premium"]?.limit == RateLimit(requests: 1_000, interval: 60))
        #expect(policies.limits?[.login].limit == RateLimit(requests: 5, interval: 60))
        for standard in [RequestLimits.Standard.unknown, .revocation, .crl, .public, .health] {
            #expect(policies.limits?[standard].limit == nil)
        }
    }
}
