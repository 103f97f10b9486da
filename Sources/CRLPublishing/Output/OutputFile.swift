import APISchema
import Crypto
import Foundation
import PKI

/// One file of the output directory.
struct OutputFile: Sendable {
    let name: String
    let bytes: [UInt8]
    /// Whether brokers read it: a new certificate or index alone is no reason to reload.
    let isList: Bool
}

/// What the output directory should hold.
struct Publication: Sendable {
    let lists: [AuthenticList]
    let anchor: TrustAnchor
    /// Passed on from the source's index; without it no index is written.
    let auditHead: PublishedAuditHead?

    /// The root's list comes last among the lists: where it stands, every other one was in place before.
    private var inOrder: [AuthenticList] {
        lists.sorted { ($0.issuer.isRoot ? 1 : 0, $0.name) < ($1.issuer.isRoot ? 1 : 0, $1.name) }
    }

    /// The files in the order in which they are replaced.
    func files() throws(PublishingFailure) -> [OutputFile] {
        var files: [OutputFile] = []
        var bundle: [UInt8] = []
        for list in inOrder {
            let pem = Array(list.list.pem.utf8)
            bundle += pem
            files.append(OutputFile(name: "\(list.name).cer", bytes: list.issuer.certificate.der, isList: false))
            files.append(OutputFile(name: "\(list.name).crl.pem", bytes: pem, isList: true))
            files.append(OutputFile(name: "\(list.name).crl", bytes: list.list.der, isList: true))
        }
        files.append(OutputFile(name: "bundle.crl.pem", bytes: bundle, isList: true))
        files.append(OutputFile(name: "root.pem", bytes: Array(anchor.certificate.pem.utf8), isList: false))
        if let auditHead { files.append(try index(auditHead)) }
        return files
    }

    private func index(_ auditHead: PublishedAuditHead) throws(PublishingFailure) -> OutputFile {
        let issuers = inOrder.map { list in
            PublishedIssuer(
                name: list.name.description, crlNumber: list.number, thisUpdate: list.list.thisUpdate, nextUpdate: list.nextUpdate,
                sha256: hexadecimal(SHA256.hash(data: list.list.der)), entries: list.list.entryCount)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            let bytes = try encoder.encode(PublishedIndex(issuers: issuers, auditHead: auditHead))
            return OutputFile(name: "index.json", bytes: Array(bytes), isList: false)
        } catch {
            throw .badIndex(.notAnIndex(reason: "it cannot be written again: \(error)"))
        }
    }
}
