package import APISchema
import Foundation

/// Everything the source publishes, read once: the index, and for each issuer its certificate and its list. Nothing is verified yet.
package struct SourceSnapshot: Sendable {
    let index: PublishedIndex
    let issuers: [IssuerDocuments]
    fileprivate let documents: [String: SourceDocument]

    /// Documents that lie before us already, whatever they were read from.
    package init(index: PublishedIndex, issuers: [IssuerDocuments]) {
        self.init(index: index, issuers: issuers, documents: [:])
    }

    fileprivate init(index: PublishedIndex, issuers: [IssuerDocuments], documents: [String: SourceDocument]) {
        self.index = index
        self.issuers = issuers
        self.documents = documents
    }
}

/// What the source publishes for one issuer.
package struct IssuerDocuments: Sendable {
    let name: IssuerName
    let announced: PublishedIssuer
    let certificate: [UInt8]
    let list: [UInt8]

    /// - Parameters:
    ///   - announced: what the index says of the issuer.
    ///   - certificate: DER.
    ///   - list: DER.
    package init(name: IssuerName, announced: PublishedIssuer, certificate: [UInt8], list: [UInt8]) {
        self.name = name
        self.announced = announced
        self.certificate = certificate
        self.list = list
    }
}

/// The most octets that are taken from a source.
enum SourceLimit {
    static let index = 1 << 20
    static let certificate = 1 << 16
    /// About 1.9 million entries without a reason.
    static let list = 64 << 20
    static let issuers = 64
}

extension DocumentSource {
    /// Reads the index and all it names; documents that did not change since `previous` are not transferred again.
    func read(after previous: SourceSnapshot?) async throws(PublishingFailure) -> SourceSnapshot {
        var documents: [String: SourceDocument] = [:]
        func document(_ path: String, limit: Int) async throws(PublishingFailure) -> [UInt8] {
            let known = previous?.documents[path]
            let document = try await self.document(path, known: known, limit: limit)
            documents[path] = document
            return document.bytes
        }
        let index = try parseIndex(try await document("/crl/index.json", limit: SourceLimit.index))
        var issuers: [IssuerDocuments] = []
        for (name, announced) in index.named {
            let certificate = try await document("/ca/\(name).cer", limit: SourceLimit.certificate)
            let list = try await document("/crl/\(name).crl", limit: SourceLimit.list)
            issuers.append(IssuerDocuments(name: name, announced: announced, certificate: certificate, list: list))
        }
        return SourceSnapshot(index: index.index, issuers: issuers, documents: documents)
    }

    private func document(_ path: String, known: SourceDocument?, limit: Int) async throws(PublishingFailure) -> SourceDocument {
        switch try await get(path, known?.entityTag, limit) {
        case .document(let document): return document
        case .unchanged:
            guard let known else { throw .unexpectedStatus(url: path, status: 304) }
            return known
        }
    }
}

/// The index with its names checked, each once.
package func parseIndex(
    _ bytes: [UInt8]
) throws(PublishingFailure) -> (index: PublishedIndex, named: [(IssuerName, PublishedIssuer)]) {
    let index: PublishedIndex
    do {
        index = try JSONDecoder().decode(PublishedIndex.self, from: Data(bytes))
    } catch {
        throw .badIndex(.notAnIndex(reason: bytes.isEmpty ? "it is empty" : "it is not the JSON of an index"))
    }
    guard index.issuers.count <= SourceLimit.issuers else { throw .badIndex(.tooManyIssuers(index.issuers.count)) }
    var named: [(IssuerName, PublishedIssuer)] = []
    for issuer in index.issuers {
        guard let name = IssuerName(issuer.name) else { throw .badIndex(.badName(issuer.name)) }
        guard !named.contains(where: { $0.0 == name }) else { throw .badIndex(.nameTwice(issuer.name)) }
        named.append((name, issuer))
    }
    return (index, named)
}
