import DurableFiles
import Issuance
import Ledger
import PKI

/// CRLs found in folders outside the ledger, by issuer; only those signed by one of our own CAs count as evidence.
struct FoundLists {
    /// Newest first, for each issuer.
    private(set) var lists: [String: [CertificateRevocationList]] = [:]
    /// Files that were found and do not count as evidence, for the log.
    private(set) var doubts: [String] = []
    private let certificates: [String: CertificateDocument]

    init(_ opened: OpenedIssuers) {
        self.init(certificates: Dictionary(uniqueKeysWithValues: opened.certificates.map { ($0.name, $0.certificate) }))
    }

    /// - Parameter certificates: of our CAs, by name.
    init(certificates: [String: CertificateDocument]) { self.certificates = certificates }

    /// Reads `<issuer>.crl` and numbered copies in a folder. An unreadable file is an error: it may be the newest of all.
    /// - Parameter mustHelp: true for a folder named as evidence: a list that does not count, or no list at all, is an error, too.
    mutating func look(in folder: String, mustHelp: Bool) throws(OperatorError) {
        var found = 0
        for name in try Self.names(in: folder) {
            guard let issuer = issuer(ofFile: name) else { continue }
            // A numbered copy may just have made way for a newer one.
            guard let octets = try Self.octets("\(folder)/\(name)") else { continue }
            do throws(OperatorError) {
                try take(octets, "\(folder)/\(name)", of: issuer)
                found += 1
            } catch {
                guard !mustHelp else { throw error }
                doubts.append(error.summary)
            }
        }
        guard found > 0 || !mustHelp else {
            throw OperatorError(
                summary: "\(folder) has no list of this CA",
                remedy: "name the folder that a crl-publisher writes, with the .crl files of this CA in it")
        }
    }

    /// The list `devices-2.crl` is that of `devices-2` when there is one, else a copy of one of `devices`.
    private func issuer(ofFile name: String) -> String? {
        certificates.keys.filter { name == "\($0).crl" || (name.hasPrefix("\($0)-") && name.hasSuffix(".crl")) }
            .max { $0.utf8.count < $1.utf8.count }
    }

    private static func names(in folder: String) throws(OperatorError) -> [String] {
        do { return try DurableFile.namesIfPresent(in: folder) ?? [] } catch { throw unreadable(error) }
    }

    private static func octets(_ path: String) throws(OperatorError) -> [UInt8]? {
        do { return try DurableFile.readIfPresent(path) } catch { throw unreadable(error) }
    }

    private static func unreadable(_ failure: FileFailure) -> OperatorError {
        OperatorError(
            summary: "published lists cannot be read: \(failure.summary)",
            remedy: "make them readable, or move them away if they are of no use: what they say would go unheard")
    }

    private mutating func take(_ octets: [UInt8], _ path: String, of issuer: String) throws(OperatorError) {
        // The newest list has two names.
        guard !(lists[issuer] ?? []).contains(where: { $0.der == octets }) else { return }
        let list: CertificateRevocationList
        do {
            list = try CertificateRevocationList(der: octets)
        } catch {
            throw OperatorError(summary: "\(path) is not a list: \(error)", remedy: "leave it out, or fetch it again")
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
        var entries: [CertificateRevocationList.Entry] = []
        for list in found {
            list.entryOctets.forEach { _, entry in
                if seen.insert(entry.serialNumber).inserted { entries.append(entry) }
            }
        }
        return PublicationEvidence(
            issuer: issuer, number: found.first?.number ?? 0, thisUpdate: found.map(\.thisUpdate).max() ?? 0,
            entries: entries,
            issuerEnd: certificates[issuer]?.notAfter ?? 0)
    }
}
