package import APISchema
import Foundation
package import PKI

/// Everything the source publishes, read once: the index, and for each issuer that signed its entry its list. The lists are not verified yet.
package struct SourceSnapshot: Sendable {
    let index: PublishedIndex
    let issuers: [IssuerDocuments]
    /// Entries of the index that nobody vouches for, or whose documents the source does not give.
    let failures: [EntryFailure]
    fileprivate let documents: [String: SourceDocument]

    /// Documents that lie before us already, whatever they were read from.
    package init(index: PublishedIndex, issuers: [IssuerDocuments]) {
        self.init(index: index, issuers: issuers, failures: [], documents: [:])
    }

    fileprivate init(
        index: PublishedIndex, issuers: [IssuerDocuments], failures: [EntryFailure], documents: [String: SourceDocument]
    ) {
        self.index = index
        self.issuers = issuers
        self.failures = failures
        self.documents = documents
    }
}

/// An entry of the index that counts for nothing.
struct EntryFailure: Sendable {
    let name: IssuerName
    let failure: PublishingFailure
}

/// What the source publishes for one issuer: its entry, which it signed, and its list.
package struct IssuerDocuments: Sendable {
    let issuer: TrustedIssuer
    let announced: PublishedIssuer
    let list: [UInt8]

    var name: IssuerName { issuer.name }

    /// - Parameters:
    ///   - announced: the issuer's entry in the index.
    ///   - certificate: DER.
    ///   - list: DER.
    package init(
        name: IssuerName, announced: PublishedIssuer, certificate: [UInt8], list: [UInt8], anchor: TrustAnchor
    ) throws(PublishingFailure) {
        issuer = try TrustedIssuer(name: name, der: certificate, anchor: anchor)
        try issuer.checkSignature(of: announced)
        self.announced = announced
        self.list = list
    }

    /// - Parameter issuer: has signed `announced`.
    init(issuer: TrustedIssuer, announced: PublishedIssuer, list: [UInt8]) {
        self.issuer = issuer
        self.announced = announced
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
    /// Reads the index and all it names; documents that did not change since `previous` are not transferred again. A list is fetched only once its
    /// issuer's signature was found on the entry: a forged index makes nobody fetch a list.
    func read(after previous: SourceSnapshot?, anchor: TrustAnchor) async throws(PublishingFailure) -> SourceSnapshot {
        var documents: [String: SourceDocument] = [:]
        func document(_ path: String, limit: Int) async throws(PublishingFailure) -> [UInt8] {
            let known = previous?.documents[path]
            let document = try await self.document(path, known: known, limit: limit)
            documents[path] = document
            return document.bytes
        }
        let index = try parseIndex(try await document("/crl/index.json", limit: SourceLimit.index))
        var issuers: [IssuerDocuments] = []
        var failures: [EntryFailure] = []
        for (name, announced) in index.named {
            do throws(PublishingFailure) {
                let certificate = try await document("/ca/\(name).cer", limit: SourceLimit.certificate)
                let issuer = try TrustedIssuer(name: name, der: certificate, anchor: anchor)
                try issuer.checkSignature(of: announced)
                let list = try await document("/crl/\(name).crl", limit: SourceLimit.list)
                issuers.append(IssuerDocuments(issuer: issuer, announced: announced, list: list))
            } catch {
                // Whoever does not answer now would be waited for with every document.
                if case .unreachable = error { throw error }
                failures.append(EntryFailure(name: name, failure: error))
            }
        }
        return SourceSnapshot(index: index.index, issuers: issuers, failures: failures, documents: documents)
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

/// One answer to a conditional GET.
package enum SourceAnswer: Sendable {
    /// 304: the document is still the one with the entity tag that was sent.
    case unchanged
    case document(SourceDocument)
}

/// A document with its strong entity tag, when the source gave one.
package struct SourceDocument: Sendable {
    package var bytes: [UInt8]
    package var entityTag: String?

    package init(bytes: [UInt8], entityTag: String? = nil) {
        self.bytes = bytes
        self.entityTag = entityTag
    }
}

/// Where documents come from: the public listener of a CA (`HTTPSource`), or a table.
package struct DocumentSource: Sendable {
    /// - Parameters:
    ///   - path: such as `/crl/index.json`.
    ///   - entityTag: of the document that is at hand already.
    ///   - limit: the most octets that are taken.
    package typealias Get =
        @Sendable (_ path: String, _ entityTag: String?, _ limit: Int) async throws(PublishingFailure) -> SourceAnswer

    package let get: Get

    package init(get: @escaping Get) {
        self.get = get
    }
}
