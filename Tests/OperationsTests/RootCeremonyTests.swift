import Authority
import Foundation
import KeyCustody
import Ledger
import PKI
import Publication
import TestKit
import Testing

@testable import Operations

private let start: UnixTime = 1_795_000_000

/// Makes a CA of the organization Acme.
private func initialize(_ directory: DataDirectory) async throws {
    _ = try await Initialization(
        directory: directory, configuration: "organizations: [Acme]\n", organization: "Acme", publicURL: "http://127.0.0.1:8080",
        schedule: .init(),
        secrets: (nil, nil), clock: WallClock { start.milliseconds }, randomness: Randomness { SystemRandomNumberGenerator() }
    ).run()
}

/// What a ceremony with the root's key leaves.
@Suite struct `A root ceremony` {
    private let scratch: TemporaryDirectory
    private let directory: DataDirectory

    init() async throws {
        scratch = try TemporaryDirectory()
        directory = DataDirectory(scratch.path("ca"))
        try await initialize(directory)
    }

    private func ceremony(revoking named: String? = nil, reason: String = "cACompromise") async throws -> CertificateRevocationList {
        try await RootCeremony(directory: directory).renewList(
            publicURL: "http://127.0.0.1:8080", secret: SealingSecret(keyFile: directory.rootUnsealKey), now: start,
            revoking: named.map { try RootCeremony.Revocation(of: $0, reason: reason, in: directory) })
    }

    private func serialNumber(of name: String) throws -> SerialNumber {
        try OpenedIssuers.certificate(directory.path(of: "issuers/\(name).pem")).serialNumber
    }

    @Test func `revokes an issuing CA by name or serial number, once and for good`() async throws {
        #expect(try await ceremony().entryCount == 0)
        let first = try await ceremony(revoking: "devices")
        #expect(try first.entries().map(\.serialNumber) == [serialNumber(of: "devices")])
        let again = try await ceremony(revoking: serialNumber(of: "devices").description, reason: "superseded")
        #expect(again.entries() == first.entries() && (again.number ?? 0) > (first.number ?? 0))
        let both = try await ceremony(revoking: serialNumber(of: "services").description, reason: "superseded")
        #expect(both.entries().map(\.reason) == [.cACompromise, .superseded])
        #expect(try await ceremony().entries() == both.entries())
        #expect(try await FoundLists.published(directory) == ceremony().entries())
    }

    @Test func `keeps what it revoked when the published files are lost, or an older list lies there`() async throws {
        let list = directory.published + "/root.crl"
        let before = try Data(contentsOf: URL(filePath: list))
        let revoked = try await ceremony(revoking: "services").entries()
        try before.write(to: URL(filePath: list))
        #expect(try await ceremony().entries() == revoked)
        try FileManager.default.removeItem(atPath: directory.published)
        try FileManager.default.createDirectory(atPath: directory.published, withIntermediateDirectories: false)
        #expect(try await ceremony().entries() == revoked)
    }

    @Test(arguments: [("root", "cACompromise"), ("x", "superseded"), ("01:02", "superseded"), ("devices", "certificateHold")])
    func `refuses what is no issuing CA of this root, and reasons that are none`(named: String, reason: String) async throws {
        let error = await #expect(throws: OperatorError.self) { try await ceremony(revoking: named, reason: reason) }
        #expect(error?.remedy.contains(reason == "certificateHold" ? "cACompromise" : "devices (") == true)
        #expect(try await ceremony().entryCount == 0)
    }

    @Test func `refuses a list that the root has not signed`() async throws {
        let foreign = try ThrowAwayCA().root.makeCRL(number: 1, thisUpdate: 1_000, lifetime: 86_400)
        try Data(foreign).write(to: URL(filePath: directory.published + "/root.crl"))
        await #expect(throws: OperatorError.self) { try await ceremony() }
    }
}

extension FoundLists {
    /// The entries of the root's published list.
    fileprivate static func published(_ directory: DataDirectory) throws -> [CertificateRevocationList.Entry] {
        try CertificateRevocationList(der: Array(Data(contentsOf: URL(filePath: directory.published + "/root.crl")))).entries()
    }
}

/// Places that decide what the CA does.
@Suite struct `Trusted places` {
    private let scratch: TemporaryDirectory
    private let directory: DataDirectory

    init() async throws {
        scratch = try TemporaryDirectory()
        directory = DataDirectory(scratch.path("ca"))
        try await initialize(directory)
    }

    private func check() throws { try TrustedPlaces(directory: directory, configuration: directory.configuration).check(owners: true) }

    @Test(arguments: [
        "", "/config.yaml", "/policies", "/policies/access", "/policies/profiles/device.yaml", "/policies/access/admin.yaml", "/issuers",
        "/issuers/devices.pem", "/issuers.yaml", "/published", "/root.pem",
    ])
    func `are refused when others can change them, with the command that mends it`(name: String) throws {
        try check()
        for mode in [0o777, 0o775, 0o722] {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: directory.path + name)
            let error = #expect(throws: OperatorError.self) { try check() }
            #expect(error?.summary.contains("\(directory.path)\(name) can be changed by others") == true)
            #expect(error?.remedy.hasSuffix("chmod go-w \(directory.path)\(name)") == true)
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: directory.path + name)
        try check()
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give a file away"))
    func `are refused when they belong to somebody else`() throws {
        try FileManager.default.setAttributes([.ownerAccountID: 12_345], ofItemAtPath: directory.policies)
        let error = #expect(throws: OperatorError.self) { try check() }
        #expect(error?.summary.contains("12345") == true && error?.remedy.hasSuffix("chown 0 \(directory.policies)") == true)
    }
}
