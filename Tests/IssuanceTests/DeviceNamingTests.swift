import Issuance
import PKI
import TestKit
import Testing

/// What is said about a device, and why it is refused.
struct DeviceRefusal: CustomTestStringConvertible {
    let testDescription: String
    let request: @Sendable () throws -> NameRequest
    let summary: String

    init(_ name: String, _ summary: String, _ request: @escaping @Sendable () throws -> NameRequest) {
        (testDescription, self.summary, self.request) = (name, summary, request)
    }

    private static let uuid = Bench.uuid
    private static let other = "11111111-2222-4333-8444-555555555555"
    private static let ticket = DecidedNames(source: "the ticket", identity: uuid, organization: "Example", organizationalUnit: "sensor")

    static let all: [DeviceRefusal] = [
        .init("no name at all", "profile device needs a UUID as common name, and nobody names one") {
            NameRequest(csr: try IssuanceTests.request(organization: "Example"))
        },
        .init("a name that is no UUID", "the common name 'pump-7' is not a UUID") {
            NameRequest(csr: try IssuanceTests.request("pump-7", organization: "Example"))
        },
        .init("a UUID without hyphens", "the common name '6b0f8a3e1c524a8e9d0c2f1f5f6f7a10' is not a UUID") {
            NameRequest(csr: try IssuanceTests.request("6b0f8a3e1c524a8e9d0c2f1f5f6f7a10", organization: "Example"))
        },
        .init("a UUID with a NUL after it", "the common name '\(uuid)\\0' is not a UUID") {
            NameRequest(csr: try IssuanceTests.request(uuid + "\0", organization: "Example"))
        },
        .init("a UUID of full-width digits", "the common name '\(uuid.dropLast())０' is not a UUID") {
            NameRequest(csr: try IssuanceTests.request(uuid.dropLast() + "０", organization: "Example"))
        },
        .init("two common names", "the CSR has several values for common name: '\(uuid)', '\(other)'") {
            NameRequest(csr: try opensslRequest(subject: "/O=Example/CN=\(uuid)/CN=\(other)"))
        },
        .init("two organizations", "the CSR has several values for organization: 'Example', 'Evil'") {
            NameRequest(csr: try opensslRequest(subject: "/O=Example/O=Evil/CN=\(uuid)"))
        },
        .init("a foreign organization", "the organization 'Evil' is not permitted by profile device") {
            NameRequest(csr: try IssuanceTests.request(uuid, organization: "Evil"))
        },
        .init("no organization where there are two", "no organization is named, and there are several: Example, Second GmbH") {
            NameRequest(csr: try IssuanceTests.request(uuid))
        },
        .init("a type outside the globs", "the device type 'admin' is not permitted by profile device") {
            NameRequest(csr: try IssuanceTests.request(uuid, organization: "Example", type: "admin"))
        },
        .init(
            "a type of 65 characters",
            "the organizational unit 'gateway-\(String(repeating: "x", count: 57))' is empty, longer than 64 characters, or begins or ends with a space"
        ) {
            NameRequest(csr: try IssuanceTests.request(uuid, organization: "Example", type: "gateway-" + String(repeating: "x", count: 57)))
        },
        .init(
            "a type of few letters and many accents",
            "the organizational unit 'gateway-e\(String(repeating: "\u{301}", count: 60))' is empty, longer than 64 characters, or begins or ends with a space"
        ) {
            NameRequest(
                csr: try IssuanceTests.request(uuid, organization: "Example", type: "gateway-e" + String(repeating: "\u{301}", count: 60)))
        },
        .init("a type with a line end", "the organizational unit 'gateway-\\n' has the character U+000A, which nobody sees") {
            NameRequest(csr: try IssuanceTests.request(uuid, organization: "Example", type: "gateway-\n"))
        },
        .init("a type that is shown backwards", "the organizational unit 'gateway-\\u{202E}x' has the character U+202E, which nobody sees")
        {
            NameRequest(csr: try IssuanceTests.request(uuid, organization: "Example", type: "gateway-\u{202E}x"))
        },
        .init(
            "a type that ends with a space",
            "the organizational unit 'gateway-1 ' is empty, longer than 64 characters, or begins or ends with a space"
        ) {
            NameRequest(csr: try IssuanceTests.request(uuid, organization: "Example", type: "gateway-1 "))
        },
        .init("a DNS name", "the name 'DNS:broker.internal' is not permitted by profile device") {
            NameRequest(csr: try IssuanceTests.request(uuid, organization: "Example", names: [.dns("broker.internal")]))
        },
        .init("another device's URN", "the name 'URI:urn:uuid:\(other)' is not permitted by profile device") {
            NameRequest(csr: try IssuanceTests.request(uuid, organization: "Example", names: [.uri("urn:uuid:\(other)")]))
        },
        .init("an address in the request", "the name 'IP:10.0.0.1' is not permitted by profile device") {
            NameRequest(csr: try IssuanceTests.request(uuid, organization: "Example"), names: [.ip([10, 0, 0, 1])])
        },
        .init("another UUID than the ticket's", "the common name '\(other)' disagrees with the ticket, which says '\(uuid)'") {
            NameRequest(decided: ticket, csr: try IssuanceTests.request(other))
        },
        .init("another UUID in the request than the ticket's", "the common name '\(other)' disagrees with the ticket, which says '\(uuid)'")
        {
            NameRequest(decided: ticket, csr: try IssuanceTests.request(), commonName: other)
        },
        .init("another URN than the ticket's UUID", "the common name '\(other)' disagrees with the ticket, which says '\(uuid)'") {
            NameRequest(decided: ticket, csr: try IssuanceTests.request(names: [.uri("urn:uuid:\(other)")]))
        },
        .init(
            "another organization than the ticket's", "the organization 'Second GmbH' disagrees with the ticket, which says 'Example'"
        ) { NameRequest(decided: ticket, csr: try IssuanceTests.request(uuid, organization: "Second GmbH")) },
        .init("another type than the ticket's", "the organizational unit 'gateway-1' disagrees with the ticket, which says 'sensor'") {
            NameRequest(decided: ticket, csr: try IssuanceTests.request(uuid, type: "gateway-1"))
        },
        .init("a UUID outside the pattern", "the name '\(uuid)' does not match the ticket's pattern '1*'") {
            NameRequest(
                decided: DecidedNames(source: "the ticket", pattern: "1*"), csr: try IssuanceTests.request(uuid, organization: "Example"))
        },
        .init(
            "a type that the certificate being renewed has not",
            "the organizational unit 'gateway-1' disagrees with the certificate being renewed, which says ''"
        ) {
            NameRequest(
                decided: DecidedNames(
                    source: "the certificate being renewed", identity: uuid, organization: "Example", names: [.uri("urn:uuid:\(uuid)")]),
                csr: try IssuanceTests.request(uuid, type: "gateway-1"))
        },
    ]
}

@Suite struct `Device names` {
    private let bench: Bench

    init() throws { bench = try Bench() }

    @Test(arguments: DeviceRefusal.all) func `are refused with the offending value`(row: DeviceRefusal) throws {
        let refusal = try bench.refusal(row.request())
        #expect(refusal?.summary == row.summary)
        #expect(refusal?.remedy.isEmpty == false)
        #expect(bench.signings.value == 0)
    }

    @Test func `are UUIDs in lower case with their URN`() throws {
        let names = [GeneralName.uri("URN:UUID:" + Bench.uuid.uppercased())]
        let plan = try bench.plan(NameRequest(csr: request(Bench.uuid.uppercased(), organization: "Example", names: names))).plan
        #expect(plan.names.commonName == Bench.uuid)
        #expect(plan.names.names == [.uri("urn:uuid:" + Bench.uuid)])
    }

    @Test func `come from the ticket when the CSR is silent`() throws {
        let decided = DecidedNames(
            source: "the ticket", identity: Bench.uuid, organization: "Second GmbH", organizationalUnit: "gateway-9")
        let names = try bench.plan(NameRequest(decided: decided, csr: request())).plan.names
        #expect(names.commonName == Bench.uuid && names.organization == "Second GmbH" && names.organizationalUnit == "gateway-9")
    }

    @Test func `come from the URN when there is no common name`() throws {
        let csr = try request(organization: "Example", names: [.uri("urn:uuid:" + Bench.uuid)])
        #expect(try bench.plan(NameRequest(csr: csr)).plan.names.commonName == Bench.uuid)
    }

    @Test func `prefer the CSR to the request, with a warning`() throws {
        let (plan, warnings) = try bench.plan(
            NameRequest(csr: request(Bench.uuid, organization: "Example"), organization: "Second GmbH"))
        #expect(plan.names.organization == "Example")
        #expect(warnings == ["the organization of the CSR was used, the one of the request was not: Second GmbH"])
    }

    @Test func `match a ticket's pattern without regard to case`() throws {
        let decided = DecidedNames(source: "the ticket", pattern: "6B0F8A3E-*-2f1f5f6f7a1?")
        #expect(try bench.refusal(NameRequest(decided: decided, csr: request(Bench.uuid, organization: "Example"))) == nil)
    }

    @Test func `leave out other attributes of the CSR, and say so`() async throws {
        let csr = try opensslRequest(subject: "/C=DE/O=Example/CN=\(Bench.uuid)")
        let (plan, warnings) = try bench.plan(NameRequest(csr: csr))
        #expect(warnings == ["subject attributes of the CSR that no profile uses were left out: 2.5.4.6"])
        #expect(try await bench.maker.make(plan).der.contains(Array("DE".utf8)) == false)
    }

    @Test func `use the policy's spelling of an organization`() throws {
        let profile = ProfileTexts.device.replacing("[$organizations]", with: "[\"Caf\u{E9}\"]")
        let bench = try Bench(profiles: ["profiles/device.yaml": profile])
        let plan = try bench.plan(NameRequest(csr: request(Bench.uuid, organization: "Cafe\u{301}"))).plan
        #expect(plan.names.organization.map { Array($0.utf8) } == Array("Caf\u{E9}".utf8))
    }
}
