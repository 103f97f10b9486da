import APISchema
import Authority
import DurableFiles
import Foundation
import Issuance
import KeyCustody
import Ledger
import Logging
import PKI
import Publication
import SQLiteLedger
import ServerKit
import TestKit
import Testing

@testable import Operations

private let start: UnixTime = 1_795_000_000

/// What adds an issuing CA to a data directory, and takes one out of service.
@Suite struct `A ceremony for an issuer` {
    private let scratch: TemporaryDirectory
    private let directory: DataDirectory

    init() async throws {
        scratch = try TemporaryDirectory()
        directory = DataDirectory(scratch.path("ca"))
        _ = try await Initialization(
            directory: directory, configuration: "organizations: [Acme]\n", organization: "Acme", publicURL: "http://127.0.0.1:8080",
            schedule: .init(), secrets: (nil, nil), clock: WallClock { start.milliseconds },
            randomness: Randomness { SystemRandomNumberGenerator() }
        ).run()
    }

    private func hold(_ name: String, secret: String? = nil, root: String? = nil) async throws -> CertificateDocument {
        var generator = SystemRandomNumberGenerator()
        return try await IssuerCeremony.run(
            IssuerName(issuing: name), in: directory, publicURL: "http://127.0.0.1:8080",
            secrets: (
                SealingSecret(keyFile: secret ?? directory.unsealKey), SealingSecret(keyFile: root ?? directory.rootUnsealKey)
            ), now: start, using: &generator)
    }

    private func open() throws -> OpenedIssuers {
        try OpenedIssuers(directory, publicURL: "http://127.0.0.1:8080", secret: SealingSecret(keyFile: directory.unsealKey))
    }

    private func refusal(_ body: () async throws -> Void) async throws -> String {
        do { try await body() } catch { return "\(OperatorError(error))" }
        Issue.record("nothing was refused")
        return ""
    }

    @Test func `makes a CA that the root has signed, and the others stay as they are`() async throws {
        let before = try open()
        #expect(try scratch.text("ca/issuers.yaml") == IssuerList.initial.yaml)
        let certificate = try await hold("devices-2")
        let opened = try open()
        #expect(opened.issuers.map(\.name) == ["devices", "devices-2", "services"])
        #expect(opened.issuers[1].certificate == certificate && certificate.isSigned(by: opened.root))
        #expect(certificate.commonName == "Devices-2 CA" && certificate.organization == "Acme")
        #expect(opened.issuers.map(\.certificate.subjectDER).count { $0 == certificate.subjectDER } == 1)
        #expect(opened.ownKeys.isSuperset(of: before.ownKeys) && opened.ownKeys.count == before.ownKeys.count + 1)
        #expect(opened.list["devices"] == before.list["devices"] && opened.list.standard == before.list.standard)
        let mode = try FileManager.default.attributesOfItem(atPath: directory.path(of: "issuers/devices-2.key"))[.posixPermissions] as? Int
        #expect(mode == 0o600)
        try opened.writeChain(to: directory)
        #expect(try scratch.text("ca/chain.pem").components(separatedBy: "BEGIN CERTIFICATE").count == 5)
    }

    @Test func `works in a directory of an older version, which has no list yet`() async throws {
        try scratch.remove("ca/issuers.yaml")
        #expect(try open().issuers.map(\.name) == ["devices", "services"])
        _ = try await hold("devices-2")
        #expect(try IssuerList.read(directory).names == ["devices", "devices-2", "services"])
    }

    @Test func `refuses a name that is in use, and secrets that are not the CA's`() async throws {
        #expect(try await refusal { _ = try await hold("devices") }.contains("there is an issuer devices already"))
        #expect(try await refusal { _ = try await hold("root") }.contains("cannot be an issuing CA's name"))
        let other = try scratch.file("other.key", String(repeating: "ab", count: 32))
        #expect(try await refusal { _ = try await hold("x", secret: other) }.contains("devices"))
        #expect(try await refusal { _ = try await hold("x", root: other) }.contains("root"))
        #expect(try await refusal { _ = try await hold("x", root: scratch.path("none")) }.contains("none"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.issuers).count == 4)
        #expect(try IssuerList.read(directory) == .initial)
    }

    @Test func `that was cut off is finished by the next, with the key that there is`() async throws {
        let made = try await hold("devices-2")
        // Cut off before the list was written.
        try IssuerList.initial.write(to: directory)
        #expect(try open().issuers.count == 2)
        #expect(try await hold("devices-2") == made)
        // And before the certificate was.
        try IssuerList.initial.write(to: directory)
        try scratch.remove("ca/issuers/devices-2.pem")
        let again = try await hold("devices-2")
        #expect(again.publicKey == made.publicKey && again.serialNumber != made.serialNumber)
        #expect(try open().issuers[1].certificate == again)
    }

    @Test func `takes nothing over that does not fit together`() async throws {
        _ = try await hold("devices-2")
        try IssuerList.initial.write(to: directory)
        let key = directory.path(of: "issuers/devices-2.key")
        try FileManager.default.moveItem(atPath: key, toPath: scratch.path("key"))
        #expect(try await refusal { _ = try await hold("devices-2") }.contains("no key for it"))
        try FileManager.default.copyItem(atPath: directory.path(of: "issuers/devices.key"), toPath: key)
        #expect(try await refusal { _ = try await hold("devices-2") }.contains("'devices'"))
        try scratch.remove("ca/issuers/devices-2.key")
        try FileManager.default.moveItem(atPath: scratch.path("key"), toPath: key)
        let foreign = try ThrowAwayCA().devices.certificate.pem
        try foreign.write(toFile: directory.path(of: "issuers/devices-2.pem"), atomically: false, encoding: .utf8)
        #expect(try await refusal { _ = try await hold("devices-2") }.contains("does not belong"))
        #expect(try IssuerList.read(directory) == .initial)
    }

    @Test func `with the root's CRL keeps in the index what has left the list of issuers`() async throws {
        try
            "default: services\nissuers:\n  - {name: services, state: issuing, certificate: issuers/services.pem, key: issuers/services.key}\n"
            .write(toFile: directory.issuerList, atomically: false, encoding: .utf8)
        _ = try await RootCeremony(directory: directory).renewList(
            publicURL: "http://127.0.0.1:8080", secret: SealingSecret(keyFile: directory.rootUnsealKey), now: start)
        let index = try PublishedDirectory(path: directory.published).index()
        #expect(index?.issuers.map(\.name) == ["devices", "services", "root"])
    }

    @Test func `is one at a time`() async throws {
        let lock = try FileLock(path: "\(directory.issuerList).lock")
        #expect(try await refusal { _ = try await hold("devices-2") }.contains("another ceremony"))
        lock.release()
        _ = try await hold("devices-2")
    }

    @Test func `lets a retired CA sign its CRL and nothing else`() async throws {
        let next = try IssuerList.initial.retiring("devices", standard: "services")
        _ = try IssuerCeremony.changing(directory) { _ in next }
        let opened = try open()
        #expect(opened.issuers.map(\.state) == [.retired, .issuing])
        let files = try TemporaryDirectory()
        let ledger = try SQLiteLedger.inMemory()
        let publisher = RevocationListPublisher(
            issuers: opened.issuers, ledger: ledger, directory: PublishedDirectory(path: files.path), schedule: .init(),
            clock: WallClock { start.milliseconds }, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        #expect(await publisher.publishDue())
        let list = try CertificateRevocationList(der: files.read("devices.crl"))
        #expect(list.isSigned(by: opened.issuers[0].certificate))
        await ledger.close()
    }
}

/// What a start and `verify` make of a list that was changed by hand.
@Suite struct `A list of issuers that was changed` {
    private let bench: ServerKit.Bench
    private let scratch: TemporaryDirectory
    private let directory: DataDirectory

    init() async throws {
        bench = try Bench()
        scratch = try TemporaryDirectory()
        directory = DataDirectory(scratch.path)
        try FileManager.default.createDirectory(atPath: directory.published, withIntermediateDirectories: false)
        let files = try Publication(bench)
        #expect(await files.publisher.publishDue())
        for name in ["index.json"] { _ = try scratch.write(files.files.read(name), to: "published/\(name)") }
    }

    private func check(_ list: IssuerList, at now: UnixTime) async throws {
        try await StartingState(directory: directory).checkIssuers(list, in: bench.ledger, now: now)
    }

    @Test func `may lose an issuer when the last of its certificates has expired, and not before`() async throws {
        let names = try IssuerList(
            text: "default: services\nissuers:\n  - {name: services, state: issuing, certificate: issuers/s.pem, key: issuers/s.key}\n",
            file: "issuers.yaml")
        try await check(names, at: bench.time.now)
        let device = try await bench.enroll(uuid(1))
        try await bench.revoke(device.serialNumber, .superseded)
        try await check(.initial, at: bench.time.now)
        let error = await #expect(throws: OperatorError.self) { try await check(names, at: device.notAfter) }
        #expect(error?.summary.contains("does not name devices, whose certificate \(device.serialNumber)") == true)
        #expect(error?.remedy.contains("state: retired") == true)
        try await check(names, at: device.notAfter + 1)
    }

    @Test func `shows beside what the last start wrote down`() async throws {
        let directory = DataDirectory(scratch.path("ca"))
        _ = try await Initialization(
            directory: directory, configuration: "", organization: "Acme", publicURL: "http://ca", schedule: .init(), secrets: (nil, nil),
            clock: WallClock { start.milliseconds }, randomness: Randomness { SystemRandomNumberGenerator() }
        ).run()
        func open(_ list: IssuerList = .initial) throws -> OpenedIssuers {
            try OpenedIssuers(directory, list: list, publicURL: "http://ca", secret: SealingSecret(keyFile: directory.unsealKey))
        }
        let history = IssuerHistory(ledger: bench.ledger)
        let retired = try open(IssuerList.initial.retiring("devices", standard: "services"))
        try await history.check(open())
        try await history.record(open(), now: 1)
        try await history.check(open())
        let changed = await #expect(throws: OperatorError.self) { try await history.check(retired) }
        #expect(changed?.summary.contains("default: services; the last server started with: devices") == true)
        try await history.record(retired, now: 2)
        try await history.check(retired)
        let back = await #expect(throws: OperatorError.self) {
            try await history.check(open(IssuerList.initial.retiring("services", standard: nil)))
        }
        #expect(back?.summary.contains("default") == true)
    }
}
