import APISchema
internal import Crypto
import Issuance
package import Ledger
import PKI
import Publication
import SQLiteLedger

/// Looks for faults in a data directory, beside a running server too; throws the first one.
package struct Verification {
    private let directory: DataDirectory
    private let opened: OpenedIssuers
    private let anchor: LedgerAnchor?
    private let folders: [String]
    private let clock: WallClock
    private let pauses: any Clock<Duration>

    /// Seconds that a list's thisUpdate may be ahead: two lists never share one.
    private static let tolerance: Int64 = 120

    /// - Parameters:
    ///   - folders: output directories of publishers, whose audit heads are compared with the log.
    ///   - pauses: sleeps between two looks at what a running server may be changing.
    package init(
        directory: DataDirectory, opened: OpenedIssuers, anchor: LedgerAnchor?, folders: [String], clock: WallClock,
        pauses: any Clock<Duration>
    ) {
        (self.directory, self.opened, self.anchor, self.folders) = (directory, opened, anchor, folders)
        (self.clock, self.pauses) = (clock, pauses)
    }

    /// - Parameter progress: told what is looked at next.
    package func run(progress: (String) -> Void) async throws {
        progress("ledger and audit chain")
        let published = PublishedDirectory(path: directory.published)
        // Published index and anchor first: a server that runs on only moves the ledger ahead of them.
        let anchor = try anchor?.read()
        let head = try [published.index()?.auditHead, anchor?.auditHead].compactMap { $0 }.compactMap { head -> AuditHead? in
            guard let hash = octets(hexadecimal: head.hash), !hash.isEmpty else { return nil }
            return AuditHead(id: head.id, hash: hash)
        }.max { $0.id < $1.id }
        let ledger = try SQLiteLedger.openForReading(path: directory.ledger)
        do {
            try await check(ledger, head, published, progress)
        } catch {
            await ledger.close()
            throw error
        }
        await ledger.close()
    }

    private func check(
        _ ledger: SQLiteLedger, _ head: AuditHead?, _ published: PublishedDirectory, _ progress: (String) -> Void
    ) async throws {
        if let fault = try await ledger.verify(expecting: head, now: clock.now) { throw fault }
        for folder in folders {
            progress("audit heads of \(folder)")
            try await HeldAuditHeads(folder: folder, ledger: ledger).check()
        }
        progress("issuers")
        try await IssuerHistory(ledger: ledger).check(opened)
        for issuer in opened.issuers {
            progress("CRL of \(issuer.name)")
            try await checkList(of: issuer.name, signedBy: issuer.certificate, ledger, published)
        }
        progress("CRL of the root")
        try checkSignature(try published.revocationList(of: IssuerName.root.description), IssuerName.root.description, opened.root)
        progress("published files")
        let files = PublishedFilesCheck(directory: directory, certificates: opened.certificates)
        try await settled { try files.run() }
        for issuer in opened.issuers { try await settled { try await checkNumber(of: issuer.name, ledger) } }
    }

    /// A running server takes a number, writes the files one after the other and records them: what differs now and not a moment later is no fault.
    private func settled(_ check: () async throws -> Void) async throws {
        for _ in 0..<5 {
            do { return try await check() } catch { try await pauses.sleep(for: .milliseconds(300)) }
        }
        try await check()
    }

    /// The last number that was dealt out is that of the newest list, unless a revocation waits for the next one.
    private func checkNumber(of name: String, _ ledger: SQLiteLedger) async throws {
        let number = try await ledger.crlNumbers(issuer: name).lastNumber
        guard try await !ledger.hasPendingRevocations(issuer: name), number != (try await ledger.lastPublication(issuer: name)?.number ?? 0)
        else { return }
        throw OperatorError(
            summary: "CRL number \(number) of \(name) was dealt out, and no CRL with it was recorded",
            remedy: "restart the server: it publishes a CRL with a later number; if it happens again, find out who changes the ledger")
    }

    private func checkList(
        of name: String, signedBy issuer: CertificateDocument, _ ledger: SQLiteLedger, _ published: PublishedDirectory
    ) async throws {
        let last = try await ledger.lastPublication(issuer: name)
        let list = try checkSignature(try published.revocationList(of: name), name, issuer)
        let number = list.number ?? 0
        guard list.thisUpdate <= clock.now + Self.tolerance else {
            throw OperatorError(
                summary:
                    "the published CRL of \(name) is not valid before \(list.thisUpdate): the clock that made it was ahead",
                remedy: "set the clock right; if it is right, start the server once with --trust-clock: it publishes a new list")
        }
        if let last, number < last.number {
            throw OperatorError(
                summary: "the published CRL of \(name) has number \(number), the ledger recorded \(last.number)",
                remedy: "restart the server: it publishes a new one")
        }
        if let last, number == last.number, Array(SHA256.hash(data: list.der)) != last.sha256 {
            throw OperatorError(
                summary: "the published CRL of \(name) with number \(number) is not the one that the ledger recorded",
                remedy: "restart the server: it publishes a new one; find out who changed the file")
        }
        try await ListComparison(list: list, issuer: name, ledger: ledger, now: clock.now).run()
    }

    @discardableResult
    private func checkSignature(
        _ list: CertificateRevocationList?, _ name: String, _ issuer: CertificateDocument
    ) throws -> CertificateRevocationList {
        guard let list else {
            throw OperatorError(summary: "there is no published CRL of \(name)", remedy: "start the server, or run ca-server root crl")
        }
        guard list.issuerDER == issuer.subjectDER, list.isSigned(by: issuer) else {
            throw OperatorError(
                summary: "the published CRL of \(name) is not signed by it", remedy: "restart the server: it publishes a new one")
        }
        return list
    }
}
