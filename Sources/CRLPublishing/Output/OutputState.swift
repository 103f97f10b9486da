import APISchema
import Foundation
import PKI

/// What a publisher finds in its output directory when it starts: the lists below which it must not go.
struct OutputState: Sendable {
    private(set) var lists: [AuthenticList] = []
    private(set) var auditHead: PublishedAuditHead?
    /// Files that are not what they should be, with the reason; they are replaced by the next publication.
    private(set) var damaged: [(file: String, reason: String)] = []

    /// Every list is verified again, but need not be fresh: an expired one still tells the number. Names and head count as far as the issuers signed
    /// them in the directory's index.
    init(reading directory: OutputDirectory, anchor: TrustAnchor) throws(PublishingFailure) {
        let index = try readIndex(in: directory)
        let names = Set(try directory.names().compactMap(Self.issuerName)).sorted()
        for name in names {
            try read(name, entry: index?.issuers.first { $0.name == name.description }, in: directory, anchor: anchor)
        }
        if let head = index?.auditHead, head.isVouched(by: lists) { auditHead = head }
    }

    private mutating func readIndex(in directory: OutputDirectory) throws(PublishingFailure) -> PublishedIndex? {
        guard let index = try directory.content("index.json") else { return nil }
        do {
            return try JSONDecoder().decode(PublishedIndex.self, from: Data(index))
        } catch {
            damaged.append(("index.json", "it is not the JSON of an index"))
            return nil
        }
    }

    /// The list is there twice, as DER and as PEM: the newer one counts, and one suffices.
    private mutating func read(
        _ name: IssuerName, entry: PublishedIssuer?, in directory: OutputDirectory, anchor: TrustAnchor
    ) throws(PublishingFailure) {
        guard let certificate = try directory.content("\(name).cer") else {
            damaged.append(("\(name).cer", "it is missing"))
            return
        }
        var found: [AuthenticList] = []
        for file in ["\(name).crl", "\(name).crl.pem"] {
            // The PEM of the list that was just read tells nothing new, and need not be decoded.
            if let list = found.first?.list, try directory.holds(OutputFile(name: file, content: .pem([list]), isList: true)) { continue }
            guard let content = try directory.content(file) else { continue }
            do throws(PublishingFailure) {
                let issuer = try TrustedIssuer(name: name, der: certificate, anchor: anchor)
                let der = file.hasSuffix(".pem") ? try Self.decode(pem: content, issuer: name) : content
                found.append(try AuthenticList(der: der, issuer: issuer, entry: entry.flatMap { issuer.hasSigned($0) ? $0 : nil }))
            } catch {
                damaged.append((file, error.summary))
            }
        }
        if let newest = found.max(by: { $0.number < $1.number }) { lists.append(newest) }
    }

    private static func decode(pem: [UInt8], issuer: IssuerName) throws(PublishingFailure) -> [UInt8] {
        do {
            return try CertificateRevocationList(pem: String(decoding: pem, as: UTF8.self)).der
        } catch {
            throw .badList(issuer: issuer.description, .notAList(reason: error.summary))
        }
    }

    private static func issuerName(file: String) -> IssuerName? {
        for suffix in [".crl", ".crl.pem"] where file.hasSuffix(suffix) { return IssuerName(String(file.dropLast(suffix.count))) }
        return nil
    }
}
