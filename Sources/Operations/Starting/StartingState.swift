import APISchema
import DurableFiles
import Foundation
package import Ledger
package import Logging
package import PKI
import Publication

/// What must hold before a server starts: its ledger is there, is its own, and is not older than what it has published.
package struct StartingState {
    private let directory: DataDirectory

    package init(directory: DataDirectory) { self.directory = directory }

    /// Refuses a missing ledger, which would start as an empty one, and a ledger that others may read or write.
    package func checkFiles() throws(OperatorError) {
        guard DurableFile.exists(directory.ledger) else {
            throw OperatorError(
                summary: "there is no ledger \(directory.ledger)",
                remedy: "restore it from a backup; a CA without its ledger knows none of its certificates")
        }
        for path in [directory.ledger, "\(directory.ledger)-wal", "\(directory.ledger)-shm"] where DurableFile.exists(path) {
            let attributes: [FileAttributeKey: Any]
            do { attributes = try FileManager.default.attributesOfItem(atPath: path) } catch { throw OperatorError(error) }
            guard let mode = attributes[.posixPermissions] as? Int, mode & 0o077 == 0 else {
                throw OperatorError(summary: "\(path) is open to others", remedy: "chmod 600 \(path)")
            }
        }
    }

    /// Refuses a ledger that is older than what this directory or one of the outside places knows.
    package func checkAge(
        of ledger: any CertificateLedger, opened: OpenedIssuers, rollbackDetection: RollbackDetection, logger: Logger
    ) async throws {
        if let anchor = rollbackDetection.anchor, try anchor.read() == nil {
            logger.warning("there is no anchor yet", metadata: ["path": "\(anchor.path)"])
        }
        try await checkAge(of: ledger, anchor: rollbackDetection.anchor)
        try await check(ledger, opened, against: rollbackDetection.lists(of: opened, logger: logger))
    }

    /// Refuses a ledger that was restored and not recovered, and one that is older than the last publication or the anchor.
    package func checkAge(of ledger: any CertificateLedger, anchor: LedgerAnchor?) async throws {
        guard !DurableFile.exists(directory.restoredMark) else {
            throw OperatorError(
                summary: "the ledger was restored from a backup, and may be older than what was done since", remedy: Self.recover)
        }
        let published = try PublishedDirectory(path: directory.published).index()
        try await check(ledger, published?.auditHead, "what it has published")
        try await check(ledger, anchor?.read()?.auditHead, "the anchor \(anchor?.path ?? "")")
    }

    /// Refuses a list that has lost an issuer, of those that were published, before the last of its certificates has expired: nobody would sign its
    /// CRL any more.
    package func checkIssuers(_ list: IssuerList, in ledger: any InventoryLedger, now: UnixTime) async throws {
        let published = try PublishedDirectory(path: directory.published).index()?.issuers.map(\.name) ?? []
        for name in published where list[name] == nil && name != IssuerName.root.description {
            var after: SerialNumber?
            repeat {
                let page = try await ledger.search(CertificateFilter(issuer: name), after: after, limit: 500, now: now)
                if let good = page.first(where: { $0.notAfter >= now }) {
                    throw OperatorError(
                        summary:
                            "\(directory.issuerList) does not name \(name), whose certificate \(good.serialNumber) ends at \(good.notAfter)",
                        remedy: "name \(name) in it again, with 'state: retired': its CRL is needed until its last certificate has expired")
                }
                after = page.next
            } while after != nil
        }
    }

    /// Refuses a ledger that has not reached the number of a list found elsewhere, or does not know what such a list revokes.
    private func check(_ ledger: any CertificateLedger, _ opened: OpenedIssuers, against found: FoundLists) async throws {
        for issuer in opened.list.names {
            guard let list = found.newest(of: issuer), let number = list.number else { continue }
            let last = try await ledger.crlNumbers(issuer: issuer).lastNumber
            guard number <= last else {
                throw OperatorError(
                    summary:
                        "the ledger is older than a published CRL of \(issuer): it has dealt out number \(last), the list has \(number)",
                    remedy: Self.recover)
            }
            if let serial = try await ledger.firstUnrevoked(among: list.entries().map(\.serialNumber)) {
                throw OperatorError(
                    summary: "the ledger does not know that \(serial) is revoked, which a published CRL of \(issuer) says",
                    remedy: Self.recover)
            }
        }
    }

    private static let recover = """
        restore the newest copy if there is a newer one; else start once with --recover, and name the folders of crl-publishers with --published
        """

    /// Refuses an audit log that ends before, or differs from, a head that was seen elsewhere: an old copy was put back.
    private func check(_ ledger: any CertificateLedger, _ head: PublishedAuditHead?, _ place: String) async throws {
        guard let head, head.id > 0 else { return }
        guard try await ledger.auditRow(head.id, has: head.hash) else {
            throw OperatorError(
                summary: "the ledger is older than \(place): audit row \(head.id) is missing or another one", remedy: Self.recover)
        }
    }
}
