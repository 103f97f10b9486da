import PKI
import Testing

@testable import CertificateClient

struct EnrolmentTests {
    @Test func `a device asks with its UUID in lower case and what it knows of itself`() throws {
        let enrolment = try Enrolment(
            profile: "device", subject: .device(id: TestPair.device.uppercased(), organization: "Acme", type: "sensor"))
        let key = try PrivateKey.generate(.p256)
        let request = try SigningRequest(pem: enrolment.signingRequest(key: key))
        #expect(request.subject.commonName == [TestPair.device])
        #expect(request.subject.organization == ["Acme"])
        #expect(request.subject.organizationalUnit == ["sensor"])
        #expect(request.names.isEmpty)
        #expect(request.publicKey == key.publicKey)
    }

    @Test func `a service asks with its first DNS name and all names`() throws {
        let enrolment = try Enrolment(
            profile: "service", subject: .service(dns: ["DB.internal", "db2.internal"], ip: ["::1"], uri: ["spiffe://x/y"]))
        let request = try SigningRequest(pem: enrolment.signingRequest(key: PrivateKey.generate(.p256)))
        #expect(request.subject.commonName == ["db.internal"])
        #expect(request.names.map(\.description) == ["DNS:db.internal", "DNS:db2.internal", "IP:::1", "URI:spiffe://x/y"])
    }

    @Test func `an international DNS name is asked for as its A-labels, a long one without a common name`() throws {
        let enrolment = try Enrolment(profile: "service", subject: .service(dns: ["M\u{FC}ller.internal"], ip: [], uri: []))
        #expect(enrolment.names == [.dns("xn--mller-kva.internal")] && enrolment.commonName == "xn--mller-kva.internal")
        let long = "x." + String(repeating: "abcdefghi.", count: 6) + "internal"
        let request = try SigningRequest(
            pem: Enrolment(profile: "service", subject: .service(dns: [long], ip: [], uri: [])).signingRequest(key: .generate(.p256)))
        #expect(request.subject.commonName.isEmpty && request.names == [.dns(long)])
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        let name: String
        let profile: String
        let subject: Enrolment.Subject
        var testDescription: String { name }
    }

    static let faults = [
        Fault(name: "no UUID", profile: "device", subject: .device(id: "station-7", organization: nil, type: nil)),
        Fault(name: "no names", profile: "service", subject: .service(dns: [], ip: [], uri: ["spiffe://x"])),
        Fault(name: "no address", profile: "service", subject: .service(dns: [], ip: ["127.0.0.256"], uri: [])),
        Fault(name: "a URL", profile: "service", subject: .service(dns: ["https://db.internal/"], ip: [], uri: [])),
        Fault(name: "a dot at the end", profile: "service", subject: .service(dns: ["db.internal."], ip: [], uri: [])),
        Fault(name: "an invisible letter", profile: "service", subject: .service(dns: ["d\u{200B}b.internal"], ip: [], uri: [])),
        Fault(name: "path in the profile", profile: "../x", subject: .device(id: TestPair.device, organization: nil, type: nil)),
        Fault(name: "empty profile", profile: "", subject: .device(id: TestPair.device, organization: nil, type: nil)),
    ]

    @Test(arguments: faults) func `what can be seen to be wrong is refused before the CA is asked`(_ fault: Fault) {
        #expect {
            _ = try Enrolment(profile: fault.profile, subject: fault.subject)
        } throws: { error in
            guard let error = error as? ClientError, case .invalidEnrolment = error else { return false }
            return true
        }
    }
}
