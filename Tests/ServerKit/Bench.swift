package import Access
package import Authority
import DefaultPolicies
package import HTTPFront
package import Issuance
package import Ledger
package import Logging
import PKI
import SQLiteLedger
import Synchronization
package import TestKit

/// A certificate authority in memory: throw-away CAs, shipped policies, a ledger without a file, a clock that tests set.
package final class Bench: Sendable {
    package let ca: ThrowAwayCA
    package let ledger: any CertificateLedger
    private let database: SQLiteLedger
    private let directory: TemporaryDirectory?
    package let time: ManualTime
    package let authority: Authority
    package let authenticator: Authenticator
    package let authentication: Authentication
    package let issuers: [Issuer]
    package let log = Collected<String>()

    package static let address = "192.0.2.7"
    package static let agent = "test/1"

    /// - Parameters:
    ///   - constantRandomness: every generator begins with the same seed.
    ///   - onDisk: the ledger has a file, and can be closed while it is asked.
    ///   - policies: access policies beside the shipped ones, by path.
    package init(constantRandomness: Bool = false, onDisk: Bool = false, policies: [String: String] = [:]) throws {
        let ca = try ThrowAwayCA()
        self.ca = ca
        directory = onDisk ? try TemporaryDirectory() : nil
        database = try directory.map { try SQLiteLedger.open(path: $0.path("ledger.sqlite")) } ?? SQLiteLedger.inMemory()
        ledger = database
        time = ManualTime(ThrowAwayCA.now)
        issuers = try [("devices", ca.devices), ("services", ca.services)].map { try $0.1.issuer($0.0, root: ca.root.certificate) }
        let log = log
        let seeds = Mutex<UInt64>(0)
        authority = Authority(
            ledger: ledger, policies: try makePolicies(ca, issuers, adding: policies), clock: time.wallClock,
            randomness: Randomness {
                SeededGenerator(
                    seed: seeds.withLock { seed in
                        if !constantRandomness { seed += 1 }
                        return seed
                    })
            },
            logger: Logger(label: "test") { _ in LogLines(lines: log) })
        authenticator = Authenticator(ledger: ledger)
        authentication = Authentication(authenticator, now: { [time] in time.now }, refused: authority.auditFailedAuthentication)
    }

    /// The same authority over a ledger that can be read and takes no write; needs a bench on disk.
    package func readingOnly() throws -> Authority {
        let path = directory?.path("ledger.sqlite") ?? ""
        return Authority(
            ledger: try SQLiteLedger.openForReading(path: path), policies: authority.policies, clock: time.wallClock,
            randomness: Randomness { SeededGenerator(seed: 1) }, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    /// From here on the ledger answers nothing.
    package func closeLedger() async { await database.close() }
}

/// The shipped policies, for two organizations.
package func makePolicies(_ ca: ThrowAwayCA, _ issuers: [Issuer], adding more: [String: String] = [:]) throws -> Policies {
    let texts = DefaultPolicies.files.mapValues { String(decoding: $0, as: UTF8.self) }.merging(more) { _, added in added }
    let profiles = try ProfileSet(
        files: texts.filter { $0.key.hasPrefix("profiles/") },
        lists: ["organizations": ["Example", "Second GmbH"], "service_domains": ["internal"]],
        issuers: Dictionary(uniqueKeysWithValues: issuers.map { ($0.name, $0.state) }))
    let maker = CertificateMaker(
        profiles: profiles, issuers: issuers, reserved: ReservedNames(hostNames: ["ca.internal", "10.0.0.5"]),
        ownKeys: Set([ca.root, ca.devices, ca.services].map(\.key.publicKey.sha256)))
    let limits = try texts["limits.yaml"].map { try RequestLimits(text: $0, file: "limits.yaml") }
    return Policies(maker: maker, access: try AccessControl(files: texts.filter { $0.key.hasPrefix("access/") }), limits: limits)
}

/// The log as lines.
package struct LogLines: LogHandler {
    package let lines: Collected<String>
    package var showsMetadata = true
    package var metadata: Logger.Metadata = [:]
    package var logLevel = Logger.Level.trace

    package init(lines: Collected<String>, showsMetadata: Bool = true) {
        self.lines = lines
        self.showsMetadata = showsMetadata
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let line = "\(event.level) \(event.message)"
        let metadata = (event.metadata ?? [:]).map { "\($0)=\($1)" }.sorted().joined(separator: " ")
        lines.add(showsMetadata ? "\(line) \(metadata)" : line)
    }
}
