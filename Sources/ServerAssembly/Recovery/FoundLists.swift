import DurableFiles
import Foundation
import Issuance
import Ledger
import PKI

/// Revocation lists that lie about, by issuer: only those that one of our own CAs has signed are believed.
struct FoundLists {
    /// Newest first, for each issuer.
    private(set) var lists: [String: [CertificateRevocationList]] = [:]
    /// What was found and not believed, for the log.
    private(set) var doubts: [String] = []
    private let certificates: [String: CertificateDocument]

    init(_ opened: OpenedIssuers) {
        certificates = Dictionary(
            uniqueKeysWithValues: opened.issuers.map { ($0.name, $0.certificate) } + [(IssuerName.root, opened.root)])
    }

    /// Looks through a folder for `<issuer>.crl` and numbered copies.
    /// - Parameter mustHelp: it was named as evidence: a list that cannot be believed, or none at all, is an error.
    mutating func look(in folder: String, mustHelp: Bool) throws(OperatorError) {
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
        var found = 0
        for name in names {
            guard
                let issuer = certificates.keys.first(where: { name == "\($0).crl" || (name.hasPrefix("\($0)-") && name.hasSuffix(".crl")) })
            else { continue }
            do throws(OperatorError) {
                try take("\(folder)/\(name)", of: issuer)
                found += 1
            } catch {
                guard !mustHelp else { throw error }
                doubts.append(error.summary)
            }
        }
        guard found > 0 || !mustHelp else {
            throw OperatorError(
                summary: "\(folder) has no list of this CA", remedy: "name the folder that a crl-publisher writes, with devices.crl in it")
        }
    }

    private mutating func take(_ path: String, of issuer: String) throws(OperatorError) {
        let list: CertificateRevocationList
        do {
            list = try CertificateRevocationList(der: try DurableFile.read(path))
        } catch {
            throw OperatorError(summary: "\(path) cannot be read as a list: \(error)", remedy: "leave it out, or fetch it again")
        }
        guard let certificate = certificates[issuer], list.isSigned(by: certificate), list.number != nil, !list.hasUnknownCriticalExtension
        else {
            throw OperatorError(
                summary: "\(path) is not signed by our \(issuer)", remedy: "leave it out: it is another CA's, or was altered")
        }
        lists[issuer, default: []].append(list)
        lists[issuer]?.sort { ($0.number ?? 0) > ($1.number ?? 0) }
    }

    /// The newest list of an issuer.
    func newest(of issuer: String) -> CertificateRevocationList? { lists[issuer]?.first }

    /// What the lists of an issuer say together.
    func evidence(of issuer: String) -> PublicationEvidence {
        let found = lists[issuer] ?? []
        var seen: Set<SerialNumber> = []
        return PublicationEvidence(
            issuer: issuer, number: found.first?.number ?? 0, thisUpdate: found.map(\.thisUpdate).max() ?? 0,
            entries: found.flatMap { $0.entries() }.filter { seen.insert($0.serialNumber).inserted },
            issuerEnd: certificates[issuer]?.notAfter ?? 0)
    }
}
