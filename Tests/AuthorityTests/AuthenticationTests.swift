import Access
import Authority
import Ledger
import PKI
import ServerKit
import TestKit
import Testing

@Suite struct `Authentication` {
    private let bench: Bench

    init() throws { bench = try Bench() }

    private func failure(token: String? = nil, certificate: [UInt8]? = nil) async throws -> AuthenticationFailure? {
        do {
            _ = try await bench.authenticator.principal(bench.presented(token: token, certificate: certificate), now: bench.time.now)
            return nil
        } catch {
            return error
        }
    }

    @Test func `without anything is anonymous`() async throws {
        let principal = try await bench.authenticator.principal(bench.presented(), now: bench.time.now)
        #expect(principal.auditName == "anonymous" && principal.ipAddress == Bench.address && principal.userAgent == Bench.agent)
    }

    @Test(arguments: ["", "signet-token-unknown", "a b", "\n", String(repeating: "x", count: 10_000)]) func `by an unknown token fails`(
        token: String
    ) async throws {
        #expect(try await failure(token: token) == .refused(.tokenInvalid))
    }

    @Test func `by a token ends with its last second`() async throws {
        let token = try await bench.makeToken(ttl: 100)
        bench.time.advance(99)
        let accessor = try #require(try await bench.principal(token: token).token?.accessor)
        bench.time.advance(1)
        #expect(try await failure(token: token) == .endedToken("token:\(accessor)"))
    }

    @Test func `by a token of three uses works three times`() async throws {
        let token = try await bench.makeToken(uses: 3)
        var accessor = ""
        for _ in 1...3 { accessor = try #require(try await bench.principal(token: token).token?.accessor) }
        #expect(try await failure(token: token) == .endedToken("token:\(accessor)"))
        #expect(AuthenticationFailure.endedToken("token:\(accessor)").refusal == .tokenInvalid, "its holder is told what everybody is told")
    }

    /// What is asked before a body is read.
    private func recognised(token: String? = nil, certificate: [UInt8]? = nil) async -> AuthenticationFailure? {
        do {
            try await bench.authenticator.recognise(bench.presented(token: token, certificate: certificate), now: bench.time.now)
            return nil
        } catch {
            return error
        }
    }

    @Test func `is looked at before a body is read, and spends nothing then`() async throws {
        let token = try await bench.makeToken(uses: 1)
        for _ in 1...3 { #expect(await recognised(token: token) == nil) }
        let name = try await bench.principal(token: token).auditName
        #expect(await recognised(token: token) == .endedToken(name))
        #expect(await recognised() == .refused(.credentialMissing))
        #expect(await recognised(certificate: [0x30, 0]) == .refused(.certificateUnknown))
        let record = try await bench.enroll(uuid(1))
        #expect(await recognised(certificate: record.der) == nil)
    }

    @Test func `by a client certificate needs just the certificate that is recorded`() async throws {
        let record = try await bench.enroll(uuid(1))
        #expect(try await failure(certificate: record.der) == nil)
        // Another certificate of the same serial number, by the same CA: not ours by its octets.
        let twin = try bench.ca.devices.issue(to: makeRequest().publicKey, serialNumber: record.serialNumber, commonName: uuid(1))
        #expect(try await failure(certificate: twin.der) == .refused(.certificateUnknown))
        let foreign = try bench.ca.devices.issue(
            to: makeRequest().publicKey, serialNumber: SerialNumber(octets: [0x42]), commonName: uuid(1))
        #expect(try await failure(certificate: foreign.der) == .refused(.certificateUnknown))
        #expect(try await failure(certificate: [0x30, 0]) == .refused(.certificateUnknown))
    }

    @Test func `by a revoked or expired client certificate fails and says which`() async throws {
        let (revoked, expired) = (try await bench.enroll(uuid(1)), try await bench.enroll(uuid(2)))
        try await bench.revoke(revoked.serialNumber, .superseded)
        #expect(try await failure(certificate: revoked.der) == .refused(.certificateRevoked(serial: "\(revoked.serialNumber)")))
        bench.time.advance(expired.notAfter - bench.time.now)
        #expect(try await failure(certificate: expired.der) == nil)
        bench.time.advance(1)
        #expect(try await failure(certificate: expired.der) == .refused(.certificateExpired(serial: "\(expired.serialNumber)")))
    }

    @Test func `by a wrong token is not rescued by a certificate`() async throws {
        let record = try await bench.enroll(uuid(1))
        #expect(try await failure(token: "wrong", certificate: record.der) == .refused(.tokenInvalid))
        let holder = try await bench.authenticator.certificateHolder(
            bench.presented(token: "wrong", certificate: record.der), now: bench.time.now)
        #expect(holder.auditName == "certificate:\(record.serialNumber)")
    }

    @Test func `fails when the ledger cannot be read`() async throws {
        let bench = try Bench(onDisk: true)
        let token = try await bench.makeToken()
        await bench.closeLedger()
        let error = await #expect(throws: AuthenticationFailure.self) { try await bench.principal(token: token) }
        guard case .ledger? = error else {
            Issue.record("expected the ledger's own error, got \(String(describing: error))")
            return
        }
    }
}
