import APISchema
import Access
package import Authority
import DefaultPolicies
import DurableFiles
import Foundation
import Issuance
package import KeyCustody
package import Ledger
import Logging
import PKI
package import Publication
import SQLiteLedger

/// Makes a new CA in an empty directory: `config.yaml` comes last, so that a directory without it is known to be unfinished.
package struct Initialization {
    private let directory: DataDirectory
    private let configuration: String
    private let organization: String
    private let publicURL: String
    private let schedule: RevocationListPublisher.Schedule
    private let secrets: (issuers: SealingSecret?, root: SealingSecret?)
    private let clock: WallClock
    private let randomness: Randomness

    /// What the operator is told.
    package struct Outcome {
        package let rootSHA256: [UInt8]
        package let crlNumbers: [String: Int64]
    }

    /// - Parameters:
    ///   - configuration: the text of `config.yaml`.
    ///   - organization: the CA's own.
    ///   - secrets: the operator's own secrets for the keys; without one a key file is made beside the keys.
    package init(
        directory: DataDirectory, configuration: String, organization: String, publicURL: String,
        schedule: RevocationListPublisher.Schedule, secrets: (issuers: SealingSecret?, root: SealingSecret?), clock: WallClock,
        randomness: Randomness
    ) {
        (self.directory, self.configuration, self.organization, self.publicURL) = (directory, configuration, organization, publicURL)
        (self.schedule, self.secrets, self.clock, self.randomness) = (schedule, secrets, clock, randomness)
    }

    package func run() async throws -> Outcome {
        try prepareDirectory()
        var generator = AnyGenerator(base: randomness.generator())
        let issuerSecret = try secrets.issuers ?? SealingSecret.createKeyFile(directory.unsealKey, using: &generator)
        let rootSecret = try secrets.root ?? SealingSecret.createKeyFile(directory.rootUnsealKey, using: &generator)
        let root = try await makeRoot(rootSecret, using: &generator)
        var issuers: [Issuer] = []
        for entry in IssuerList.initial.entries {
            issuers.append(try await makeIssuer(entry, root: root, secret: issuerSecret, using: &generator))
        }
        try writeCertificates(root: root.certificate, issuers: issuers)
        try IssuerList.initial.write(to: directory)
        try copyPolicies()
        try await publishRoot(root, issuers)
        try await fillLedger(issuers: issuers, using: &generator)
        try DurableFile.create(directory.configuration, with: Array(configuration.utf8), mode: 0o644)
        let published = PublishedDirectory(path: directory.published)
        let numbers = try published.index()?.issuers.map { ($0.name, $0.crlNumber) } ?? []
        return Outcome(rootSHA256: root.certificate.sha256, crlNumbers: Dictionary(uniqueKeysWithValues: numbers))
    }

    private func prepareDirectory() throws {
        // A fresh file system has a folder of its own.
        guard try (DurableFile.namesIfPresent(in: directory.path) ?? []).filter({ $0 != "lost+found" }).isEmpty else {
            throw OperatorError(
                summary: "\(directory.path) is not empty", remedy: "choose an empty or new directory; an existing CA is never overwritten")
        }
        try DurableFile.makeDirectories(directory.path, mode: 0o700)
        try DurableFile.setMode(of: directory.path, 0o700)
        try DurableFile.makeDirectory(directory.issuers, mode: 0o700)
        try DurableFile.makeDirectory(directory.root, mode: 0o700)
        try DurableFile.makeDirectory(directory.policies, mode: 0o755)
        try DurableFile.makeDirectory("\(directory.policies)/profiles", mode: 0o755)
        try DurableFile.makeDirectory("\(directory.policies)/access", mode: 0o755)
        try DurableFile.makeDirectory(directory.published, mode: 0o755)
    }

    private func makeRoot(_ secret: SealingSecret, using generator: inout some RandomNumberGenerator) async throws -> Issuer {
        let key = try PrivateKey.generate(.p384)
        try KeyVault.store(key, name: IssuerName.root.description, secret: secret, at: directory.rootKey, using: &generator)
        let signer = try IssuerKey(key)
        let certificate = try await CACertificate.root(
            commonName: "Root CA", organization: organization, key: signer, serialNumber: SerialNumber(using: &generator),
            now: clock.now)
        return try Issuer(root: certificate, key: signer, publicURL: publicURL)
    }

    private func makeIssuer(
        _ entry: IssuerList.Entry, root: Issuer, secret: SealingSecret, using generator: inout some RandomNumberGenerator
    ) async throws -> Issuer {
        let ceremony = IssuerCeremony(directory: directory, organization: organization)
        let key = try ceremony.makeKey(entry, secret: secret, using: &generator)
        let certificate = try await ceremony.makeCertificate(entry, key: key, root: root, now: clock.now, using: &generator)
        return try Issuer(
            name: entry.name.description, certificate: certificate, chain: [certificate, root.certificate], key: try IssuerKey(key),
            locations: Issuer.Locations(publicURL: publicURL, issuer: entry.name.description))
    }

    private func writeCertificates(root: CertificateDocument, issuers: [Issuer]) throws {
        try DurableFile.create(directory.rootCertificate, with: Array(root.pem.utf8), mode: 0o644)
        let chain = issuers.map(\.certificate.pem).joined() + root.pem
        try DurableFile.create(directory.chain, with: Array(chain.utf8), mode: 0o644)
    }

    private func copyPolicies() throws {
        for (name, bytes) in DefaultPolicies.files.sorted(by: { $0.key < $1.key }) {
            try DurableFile.create("\(directory.policies)/\(name)", with: bytes, mode: 0o644)
        }
    }

    private func publishRoot(_ root: Issuer, _ issuers: [Issuer]) async throws {
        let published = PublishedDirectory(path: directory.published)
        try published.publishCertificates(([root] + issuers).map { ($0.name, $0.certificate) })
        _ = try await RootCeremony(directory: directory).publishList(of: root, issuerNames: IssuerList.initial.names, now: clock.now)
    }

    /// The ledger, the admin token, and the first, empty CRLs: a certificate never names a CRL that does not exist.
    private func fillLedger(issuers: [Issuer], using generator: inout some RandomNumberGenerator) async throws {
        let ledger = try SQLiteLedger.open(path: directory.ledger)
        try await AdminToken.make(in: ledger, file: directory.adminToken, action: .initialize, clock: clock, using: &generator)
        let publisher = RevocationListPublisher(
            issuers: issuers, ledger: ledger, directory: PublishedDirectory(path: directory.published),
            schedule: schedule, clock: clock, logger: Logger(label: "init") { _ in SwiftLogNoOpLogHandler() })
        let published = await publisher.publishDue()
        let faults = publisher.faults
        await ledger.close()
        if !published, let fault = faults.values.first { throw fault }
    }
}
