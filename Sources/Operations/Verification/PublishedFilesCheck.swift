import APISchema
internal import Crypto
import DurableFiles
import Ledger
import PKI
import Publication

/// Compares every published file that others read with what it is made from: the DER of each CRL and the CAs' certificates.
struct PublishedFilesCheck {
    let directory: DataDirectory
    /// Every CA's certificate by name, the root's included.
    let certificates: [(name: String, certificate: CertificateDocument)]

    func run() throws {
        let published = PublishedDirectory(path: directory.published)
        guard let index = try published.index() else { throw missing("index.json") }
        var bundle = ""
        for (name, certificate) in certificates {
            try compare("\(directory.published)/\(name).cer", with: certificate.der)
            guard let list = try published.revocationList(of: name) else { throw missing("\(name).crl") }
            try compare("\(directory.published)/\(name).crl.pem", with: Array(list.pem.utf8))
            try compare(index, name, list)
            bundle += list.pem
            if name == IssuerName.root.description {
                try compare("\(directory.published)/root.pem", with: Array(certificate.pem.utf8))
            }
        }
        try compare("\(directory.published)/bundle.crl.pem", with: Array(bundle.utf8))
        try compare(directory.chain, with: Array(certificates.map(\.certificate.pem).joined().utf8))
    }

    private func compare(_ index: PublishedIndex, _ name: String, _ list: CertificateRevocationList) throws {
        guard let entry = index.issuers.first(where: { $0.name == name }) else { throw differs("index.json", "the CRL of \(name)") }
        guard entry.crlNumber >= list.number ?? 0 else {
            throw OperatorError(
                summary: "index.json is older than the CRL of \(name): a publication is under way, or was cut short",
                remedy: "if a server is running, run verify again; else start it: it writes the index anew")
        }
        guard entry.crlNumber == list.number, entry.sha256 == hexadecimal(SHA256.hash(data: list.der)) else {
            throw differs("index.json", "the CRL of \(name)")
        }
    }

    private func compare(_ path: String, with expected: [UInt8]) throws {
        guard try DurableFile.read(path) == expected else { throw differs(path, "what it is made from") }
    }

    private func missing(_ name: String) -> OperatorError {
        OperatorError(summary: "there is no published \(name)", remedy: "start the server: it publishes it")
    }

    private func differs(_ name: String, _ what: String) -> OperatorError {
        OperatorError(
            summary: "\(name) differs from \(what)",
            remedy:
                "if a server is publishing right now, run verify again; else find out who changed it, and restart the server: it publishes anew"
        )
    }
}

/// Compares a published CRL with the ledger: every revocation that was promised for it is in it, and it lists nothing else.
///
/// Both are in the order of revocation and walked side by side, so that a million entries take no memory.
struct ListComparison {
    let list: CertificateRevocationList
    let issuer: String
    let ledger: any CRLLedger
    let now: UnixTime

    private static let page = 4_096

    func run() async throws {
        let entries = list.entryOctets
        // A clock that was ahead may have made the list: what it took for expired is not.
        let end = min(list.thisUpdate, now, list.expiredCertsOnCRL ?? .max)
        let last = try await ledger.lastSequence(issuer: issuer, inCRL: list.number ?? 0)
        var (offset, sequence) = (0, Int64(0))
        while true {
            let rows = try await ledger.revokedEntries(issuer: issuer, after: sequence, limit: Self.page)
            for row in rows where !entries.passes(row.serialNumber, at: &offset) {
                // Later revocations are in a later list; those of expired certificates may have left.
                if row.sequence <= last, row.notAfter >= end { throw fault(of: row, offset: offset) }
            }
            guard let end = rows.last?.sequence else { break }
            sequence = end
        }
        if let stray = entries.serialNumber(at: offset) { throw unknown(stray) }
    }

    private func fault(of row: RevokedEntry, offset: Int) -> OperatorError {
        if list.contains(row.serialNumber), let stray = list.entryOctets.serialNumber(at: offset) { return unknown(stray) }
        return OperatorError(
            summary: "the published CRL \(list.number ?? 0) of \(issuer) does not list the revoked certificate \(row.serialNumber)",
            remedy: "restart the server: it publishes a new one; find out why this one was incomplete")
    }

    private func unknown(_ stray: SerialNumber) -> OperatorError {
        OperatorError(
            summary: "the published CRL of \(issuer) lists \(stray), which the ledger does not know as revoked",
            remedy: "the ledger is older than what it published: restore the newest copy of it")
    }
}
