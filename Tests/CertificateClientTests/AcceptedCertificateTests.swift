import APISchema
import PKI
import TestKit
import Testing
import X509

@testable import CertificateClient

struct AcceptedCertificateTests {
    let world: TestPair
    let key: PrivateKey
    let present: CertificateDocument

    init() throws {
        world = try TestPair()
        key = try PrivateKey.generate(.p256)
        present = try world.certify(try PrivateKey.generate(.p256))
    }

    private func mismatch(
        _ leaf: CertificateDocument, expecting: AcceptedCertificate.Expectation? = nil, now: UnixTime = TestPair.now
    ) async throws -> CertificateMismatch? {
        do {
            _ = try await world.accept(leaf, key: key, expecting: expecting ?? .renewal(of: present), now: now)
            return nil
        } catch let mismatch as CertificateMismatch { return mismatch }
    }

    @Test func `a fitting certificate is accepted with its path to the root`() async throws {
        let leaf = try world.certify(key)
        let accepted = try await world.accept(leaf, key: key, expecting: .renewal(of: present))
        #expect(accepted.leaf == leaf)
        #expect(accepted.intermediates == [world.ca.devices.certificate])
        #expect(accepted.root == world.ca.root.certificate)
    }

    @Test func `a certificate for another key is refused`() async throws {
        let other = try world.certify(try PrivateKey.generate(.p256))
        #expect(try await mismatch(other) == .foreignKey)
    }

    @Test func `another list of names is refused on renewal`() async throws {
        let other = try world.certify(key, names: [.uri("urn:uuid:" + TestPair.device), .dns("db.internal")])
        guard case .otherIdentity("list of names", _, _) = try await mismatch(other) else {
            Issue.record("the extra name was taken over")
            return
        }
    }

    @Test func `another common name is refused on renewal and on enrolment`() async throws {
        let other = try world.certify(key, commonName: "somebody else")
        let expected = CertificateMismatch.otherIdentity(field: "common name", expected: TestPair.device, received: "somebody else")
        #expect(try await mismatch(other) == expected)
        #expect(try await mismatch(other, expecting: .enrolment(TestPair.enrolment())) == expected)
    }

    @Test func `a type that differs from the one asked for is refused`() async throws {
        let enrolment = try Enrolment(
            profile: "device", subject: .device(id: TestPair.device, organization: "Acme", type: "gateway"))
        #expect(
            try await mismatch(try world.certify(key), expecting: .enrolment(enrolment))
                == .otherIdentity(field: "organizational unit", expected: "gateway", received: "sensor"))
    }

    @Test func `a service's certificate must hold every name that was asked for`() async throws {
        let enrolment = try Enrolment(
            profile: "service", subject: .service(dns: ["db.internal", "DB2.internal"], ip: ["127.0.0.1"], uri: []))
        let names: [PKI.GeneralName] = [.dns("db.internal"), .dns("db2.internal"), .ip([127, 0, 0, 1])]
        let whole = try world.certify(key, commonName: "db.internal", names: names)
        #expect(try await mismatch(whole, expecting: .enrolment(enrolment)) == nil)
        let short = try world.certify(key, commonName: "db.internal", names: names.dropLast())
        guard case .otherIdentity("list of names", "IP:127.0.0.1", _) = try await mismatch(short, expecting: .enrolment(enrolment)) else {
            Issue.record("the missing name was not noticed")
            return
        }
    }

    @Test func `a certificate that ends before the present one is refused`() async throws {
        let shorter = try world.certify(key, lifetime: 2_591_999)
        #expect(try await mismatch(shorter) == .endsEarlier(present: present.notAfter, received: shorter.notAfter))
    }

    @Test func `an expired certificate is refused`() async throws {
        let leaf = try world.certify(key)
        #expect(try await mismatch(leaf, now: leaf.notAfter) == nil)
        #expect(try await mismatch(leaf, now: leaf.notAfter + 1) == .expired(notAfter: leaf.notAfter))
    }

    @Test func `a slow clock on this side does not matter`() async throws {
        #expect(try await mismatch(try world.certify(key), now: TestPair.now - 3_600) == nil)
    }

    @Test func `a service without a common name is accepted by its names, and no other`() async throws {
        let long = "x." + String(repeating: "abcdefghi.", count: 6) + "internal"
        let enrolment = try Enrolment(profile: "service", subject: .service(dns: [long], ip: [], uri: []))
        let leaf = try world.ca.services.issue(
            to: key.publicKey, serialNumber: SerialNumber(octets: [0x51]), commonName: nil, names: [.dns(long)])
        #expect(leaf.certificate.extensions[oid: .X509ExtensionID.subjectAlternativeName]?.critical == true)
        for expectation in [AcceptedCertificate.Expectation.enrolment(enrolment), .renewal(of: leaf)] {
            let answer = world.answer(leaf, issuer: world.ca.services)
            let accepted = try await AcceptedCertificate(
                answer, key: key.publicKey, expecting: expectation, trust: world.trust, now: TestPair.now)
            #expect(accepted.leaf == leaf && accepted.root == world.ca.root.certificate)
        }
        let other = try world.ca.services.issue(
            to: key.publicKey, serialNumber: SerialNumber(octets: [0x52]), commonName: nil, names: [.dns("y." + long)])
        await #expect(throws: CertificateMismatch.self) {
            _ = try await AcceptedCertificate(
                world.answer(other, issuer: world.ca.services), key: key.publicKey, expecting: .enrolment(enrolment), trust: world.trust,
                now: TestPair.now)
        }
    }

    @Test func `an issuer outside the trusted root is refused`() async throws {
        let stranger = try ThrowAwayCA()
        let leaf = try world.certify(key, by: stranger.devices)
        let answer = world.answer(leaf, issuer: stranger.devices)
        await #expect {
            _ = try await AcceptedCertificate(
                answer, key: key.publicKey, expecting: .renewal(of: present), trust: world.trust, now: TestPair.now)
        } throws: { error in
            guard let error = error as? CertificateMismatch, case .untrustedIssuer = error else { return false }
            return true
        }
    }

    @Test func `an issuer that has expired is named with its period, without the verifier's words`() async throws {
        let century: Int64 = 100 * 365 * 86_400
        let answer = world.answer(try world.certify(key, lifetime: 2 * century))
        await #expect {
            _ = try await AcceptedCertificate(
                answer, key: key.publicKey, expecting: .renewal(of: present), trust: world.trust, now: TestPair.now + century)
        } throws: { error in
            guard let error = error as? CertificateMismatch, case .untrustedIssuer(let reason) = error else { return false }
            return reason.contains("is valid only from 20") && !reason.contains("RFC5280Policy")
        }
    }

    @Test func `a CA's certificate is refused`() async throws {
        let answer = world.answer(world.ca.devices.certificate)
        await #expect(throws: CertificateMismatch.authority) {
            _ = try await AcceptedCertificate(
                answer, key: world.ca.devices.key.publicKey, expecting: .renewal(of: present), trust: world.trust, now: TestPair.now)
        }
    }

    @Test func `an answer that is no certificate is refused`() async throws {
        var answer = world.answer(present)
        answer.certificate = "<html>"
        await #expect {
            _ = try await AcceptedCertificate(
                answer, key: key.publicKey, expecting: .renewal(of: present), trust: world.trust, now: TestPair.now)
        } throws: { error in
            guard let error = error as? CertificateMismatch, case .unreadable = error else { return false }
            return true
        }
    }
}
