import Foundation
package import Ledger
import Logging
package import PKI
package import Publication
package import TestKit
import Testing

/// A publisher over a bench's ledger and a directory of its own.
package struct Publication {
    package let bench: Bench
    package let files: TemporaryDirectory
    package let directory: PublishedDirectory
    package let publisher: RevocationListPublisher

    /// - Parameter files: a directory that another publisher has used; a new one otherwise.
    package init(_ bench: Bench, files: TemporaryDirectory? = nil, ledger: (any CertificateLedger)? = nil, trustsClock: Bool = false) throws
    {
        self.bench = bench
        self.files = try files ?? TemporaryDirectory()
        directory = PublishedDirectory(path: self.files.path)
        publisher = RevocationListPublisher(
            issuers: bench.issuers, ledger: ledger ?? bench.ledger, directory: directory, schedule: .init(), clock: bench.time.wallClock,
            trustsClock: trustsClock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    /// The publisher of a server that starts after this one.
    package func restarted(trustsClock: Bool = false) throws -> Publication {
        try Publication(bench, files: files, trustsClock: trustsClock)
    }

    /// Enrols three devices; each is revoked, and published, a second after the other.
    package func revokeThree() async throws -> [SerialNumber] {
        var revoked: [SerialNumber] = []
        for number in 1...3 {
            let record = try await bench.enroll(uuid(number))
            try await bench.revoke(record.serialNumber, .superseded)
            revoked.append(record.serialNumber)
            #expect(await publisher.publishDue(), "\(publisher.faults)")
            bench.time.advance(1)
        }
        return revoked
    }

    package func list(_ issuer: String = "devices") throws -> CertificateRevocationList {
        try CertificateRevocationList(der: files.read("\(issuer).crl"))
    }

    /// Every published file by name.
    package func snapshot() throws -> [String: [UInt8]] {
        let names = try FileManager.default.contentsOfDirectory(atPath: files.path).filter { $0 != ".lock" }
        return try Dictionary(uniqueKeysWithValues: names.map { ($0, try files.read($0)) })
    }

    /// Numbers of an issuer's kept copies.
    package func copies(_ issuer: String = "devices") throws -> [Int64] {
        try snapshot().keys.compactMap { name in
            guard name.hasPrefix(issuer + "-"), name.hasSuffix(".crl") else { return nil }
            return Int64(name.dropFirst(issuer.count + 1).dropLast(4))
        }.sorted()
    }

    /// The index as a stranger reads it.
    package func index() throws -> (issuers: [[String: Any]], auditHead: [String: Any]) {
        let object = try JSONSerialization.jsonObject(with: Data(files.read("index.json"))) as? [String: Any]
        return (object?["issuers"] as? [[String: Any]] ?? [], object?["audit_head"] as? [String: Any] ?? [:])
    }
}
