import APISchema
import Foundation

/// A folder that `ca-client enroll` filled.
struct Enrolled: Sendable {
    let folder: String
    let sandbox: Sandbox

    var certificate: String { folder + "/cert.pem" }
    var chain: String { folder + "/chain.pem" }
    var key: String { folder + "/key.pem" }
    var root: String { folder + "/ca.pem" }

    /// Its serial number as OpenSSL prints it.
    func serialNumber() async throws -> String {
        let outcome = try await sandbox.run("openssl", ["x509", "-in", certificate, "-noout", "-serial"]).succeeded()
        return String(outcome.line.dropFirst("serial=".count))
    }
}

extension TestCA {
    /// A one-time ticket for a device, as the administrator makes it.
    func deviceTicket(_ arguments: String...) async throws -> String {
        try await admin(["ticket", "create", "--profile", "device"] + arguments).succeeded().line
    }

    /// A device with a certificate, enrolled with a ticket of its own.
    func enrolDevice(_ id: String, type: String = "sensor") async throws -> Enrolled {
        let ticket = try await deviceTicket("--id", id, "--organization", Self.organization, "--type", type)
        let folder = sandbox.path("device-" + id)
        try await client("enroll", "--profile", "device", "--id", id, "--out", folder, environment: ["CA_TICKET": ticket]).succeeded()
        return Enrolled(folder: folder, sandbox: sandbox)
    }

    /// A service with a certificate, enrolled by the administrator.
    func enrolService(_ name: String, addresses: [String] = []) async throws -> Enrolled {
        let folder = sandbox.path("service-" + name)
        let arguments = ["enroll", "--profile", "service", "--dns", name, "--out", folder] + addresses.flatMap { ["--ip", $0] }
        try await admin(arguments).succeeded()
        return Enrolled(folder: folder, sandbox: sandbox)
    }

    /// Revokes and answers the receipt.
    func revoke(_ certificate: Enrolled, reason: String = "keyCompromise") async throws -> Receipt {
        try await admin("revoke", try await certificate.serialNumber(), "--reason", reason, "--json").succeeded()
            .decoded(as: Receipt.self)
    }

    /// Waits until the published CRL of an issuer is the receipt's or a later one.
    func waitForPublication(of receipt: Receipt) async throws {
        try await eventually("CRL \(receipt.crlNumber) of \(receipt.issuer) is published") {
            try await publishedIndex().issuers.contains { $0.name == receipt.issuer && $0.crlNumber >= receipt.crlNumber }
        }
    }
}

/// Device identities that the suites use, numbered.
func deviceID(_ number: Int) -> String {
    "5e1f0000-0000-4000-8000-" + String(repeating: "0", count: 12 - String(number).count) + String(number)
}
