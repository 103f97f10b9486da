import APISchema
internal import Crypto
import DurableFiles
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
