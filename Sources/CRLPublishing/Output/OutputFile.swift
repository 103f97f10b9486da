import APISchema
import Crypto
import Foundation
import PKI

/// One file of the output directory.
struct OutputFile: Sendable {
    /// What a file holds. PEM is made as it is written: of a list with a million entries there is only the DER in memory.
    enum Content: Sendable {
        case bytes([UInt8])
        case pem([CertificateRevocationList])
    }

    let name: String
    let content: Content
    /// Whether brokers read it: a new certificate or index alone is no reason to reload.
    let isList: Bool

    /// Gives `body` the content piece by piece.
    func eachPiece<Failure: Error>(_ body: (ArraySlice<UInt8>) throws(Failure) -> Void) throws(Failure) {
        switch content {
        case .bytes(let bytes): try body(bytes[...])
        case .pem(let lists):
            for list in lists { try PEM.encode(list.der, type: "X509 CRL", write: body) }
        }
    }
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
        for list in inOrder {
            files.append(OutputFile(name: "\(list.name).cer", content: .bytes(list.issuer.certificate.der), isList: false))
            files.append(OutputFile(name: "\(list.name).crl.pem", content: .pem([list.list]), isList: true))
            files.append(OutputFile(name: "\(list.name).crl", content: .bytes(list.list.der), isList: true))
        }
        files.append(OutputFile(name: "bundle.crl.pem", content: .pem(inOrder.map(\.list)), isList: true))
        files.append(OutputFile(name: "root.pem", content: .bytes(Array(anchor.certificate.pem.utf8)), isList: false))
        if let auditHead { files.append(try index(auditHead)) }
        return files
    }

    private func index(_ auditHead: PublishedAuditHead) throws(PublishingFailure) -> OutputFile {
        let issuers = inOrder.map { list in
            // A publisher that takes its lists from here believes a signed entry only.
            if let entry = list.entry, entry.crlNumber == list.number { return entry }
            return PublishedIssuer(
                name: list.name.description, crlNumber: list.number, thisUpdate: list.list.thisUpdate.seconds,
                nextUpdate: list.nextUpdate.seconds,
                sha256: hexadecimal(SHA256.hash(data: list.list.der)), entries: list.list.entryCount)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            let bytes = try encoder.encode(PublishedIndex(issuers: issuers, auditHead: auditHead))
            return OutputFile(name: "index.json", content: .bytes(Array(bytes)), isList: false)
        } catch {
            throw .badIndex(.notAnIndex(reason: "it cannot be written again"))
        }
    }
}
