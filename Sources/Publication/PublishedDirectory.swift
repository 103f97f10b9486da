package import APISchema
import DurableFiles
import Foundation
import Glibc
package import PKI

/// `DIR/published/`, read by the public listener, by publishers and at a start. Files are replaced whole; readers never see a mixture.
///
/// `<issuer>.crl` and `<issuer>-<number>.crl` (DER, the last two kept), `<issuer>.crl.pem`, `bundle.crl.pem`, `index.json`, `<issuer>.cer`, `root.pem`.
package struct PublishedDirectory: Sendable {
    package let path: String

    package init(path: String) {
        self.path = path
    }

    /// The file of an issuer's newest CRL.
    package func listPath(of issuer: String, pem: Bool) -> String { "\(path)/\(issuer).crl\(pem ? ".pem" : "")" }

    /// The newest published CRL of an issuer; nil when there is none.
    package func revocationList(of issuer: String) throws(PublicationFault) -> CertificateRevocationList? {
        let file = "\(path)/\(issuer).crl"
        do {
            guard let octets = try DurableFile.readIfPresent(file) else { return nil }
            return try CertificateRevocationList(der: octets)
        } catch let error as FileFailure {
            throw .file(error)
        } catch {
            throw .unreadable(file: file, "\(error)")
        }
    }

    /// A numbered copy of a CRL, DER; nil when there is none.
    func copy(of issuer: String, number: Int64) throws(PublicationFault) -> CertificateRevocationList? {
        try revocationList(of: "\(issuer)-\(number)")
    }

    /// Makes a CRL the newest of its issuer. The numbered copy comes first: whatever stops us, the newest number can be found.
    /// - Parameter der: the CRL. Its file is written once and has two names; its PEM is never whole in memory.
    package func publish(_ der: [UInt8], issuer: String, number: Int64) throws(PublicationFault) {
        let copy = "\(path)/\(issuer)-\(number).crl"
        try attempt { () throws(FileFailure) in
            let file = try FileReplacement(copy, mode: 0o644)
            try file.append(der[...])
            try file.commit()
            try DurableFile.replace("\(path)/\(issuer).crl", withLinkTo: copy)
            try writePEM(der, issuer: issuer)
        }
        try removeOldCopies(of: issuer, newest: number)
    }

    /// Writes the bundle of every issuer's CRL and the index, from the files that are there. Several processes may do so: one at a time.
    /// - Parameters:
    ///   - known: signed entries of the newest CRLs. The others are read, and keep the signature of the last index if it is of the same CRL.
    ///   - auditHead: nil keeps the head that the index has.
    package func refreshIndex(
        issuers: [String], known: [PublishedIssuer] = [], auditHead: PublishedAuditHead?
    ) throws(PublicationFault) {
        try locked { () throws(PublicationFault) in
            let last = try index()
            var listed: [PublishedIssuer] = []
            for issuer in issuers {
                // Whoever was stopped between DER and PEM left an old PEM, which must not get into the bundle.
                let isWhole = !isOutdated("\(issuer).crl.pem", since: "\(issuer).crl")
                if isWhole, let entry = known.first(where: { $0.name == issuer }) {
                    listed.append(entry)
                } else if let list = try revocationList(of: issuer) {
                    listed.append(PublishedIssuer(name: issuer, list: list))
                    if !isWhole { try attempt { () throws(FileFailure) in try writePEM(list.der, issuer: issuer) } }
                }
            }
            try attempt { () throws(FileFailure) in
                let bundle = try FileReplacement("\(path)/bundle.crl.pem", mode: 0o644)
                for issuer in listed { try bundle.append(contentsOf: "\(path)/\(issuer.name).crl.pem") }
                try bundle.commit()
            }
            for position in listed.indices where listed[position].signature == nil {
                let signed = (known + (last?.issuers ?? [])).first { $0.statement == listed[position].statement }
                listed[position].signature = signed?.signature
            }
            let head = auditHead ?? last?.auditHead ?? PublishedAuditHead(id: 0, hash: "")
            try write(Self.encode(PublishedIndex(issuers: listed, auditHead: head)), "index.json")
        }
    }

    /// The published index; nil before the first publication.
    package func index() throws(PublicationFault) -> PublishedIndex? {
        let file = "\(path)/index.json"
        do {
            guard let octets = try DurableFile.readIfPresent(file) else { return nil }
            return try JSONDecoder().decode(PublishedIndex.self, from: Data(octets))
        } catch let error as FileFailure {
            throw .file(error)
        } catch {
            throw .unreadable(file: file, "\(error)")
        }
    }

    /// Publishes the issuers' certificates, as AIA names them.
    package func publishCertificates(_ certificates: [(name: String, certificate: CertificateDocument)]) throws(PublicationFault) {
        for (name, certificate) in certificates {
            try write(certificate.der, "\(name).cer")
            if name == IssuerName.root.description { try write(Array(certificate.pem.utf8), "root.pem") }
        }
    }

    private func write(_ bytes: [UInt8], _ name: String) throws(PublicationFault) {
        try attempt { () throws(FileFailure) in try DurableFile.replace("\(path)/\(name)", with: bytes, mode: 0o644) }
    }

    private func writePEM(_ der: [UInt8], issuer: String) throws(FileFailure) {
        let file = try FileReplacement("\(path)/\(issuer).crl.pem", mode: 0o644)
        try PEM.encode(der, type: "X509 CRL") { piece throws(FileFailure) in try file.append(piece) }
        try file.commit()
    }

    private func isOutdated(_ name: String, since other: String) -> Bool {
        guard let made = modified(name), let since = modified(other) else { return true }
        return made < since
    }

    // A file that cannot be looked at is as good as none: it is made again.
    private func modified(_ name: String) -> Date? {
        (try? FileManager.default.attributesOfItem(atPath: "\(path)/\(name)"))?[.modificationDate] as? Date
    }

    private func attempt(_ body: () throws(FileFailure) -> Void) throws(PublicationFault) {
        do { try body() } catch { throw .file(error) }
    }

    private func removeOldCopies(of issuer: String, newest: Int64) throws(PublicationFault) {
        var names: [String] = []
        try attempt { () throws(FileFailure) in names = try DurableFile.names(in: path) }
        let numbers = names.compactMap { IssuerName.copyNumber(in: $0, of: issuer) }
        for number in numbers.sorted().dropLast(2) where number < newest { _ = unsafe unlink("\(path)/\(issuer)-\(number).crl") }
    }

    private func locked(_ body: () throws(PublicationFault) -> Void) throws(PublicationFault) {
        let descriptor = unsafe open("\(path)/.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .file(FileFailure(operation: "open", path: "\(path)/.lock")) }
        defer { close(descriptor) }
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else { throw .file(FileFailure(operation: "flock", path: "\(path)/.lock")) }
        }
        try body()
    }

    private static func encode(_ index: PublishedIndex) throws(PublicationFault) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        do { return Array(try encoder.encode(index)) } catch { throw .unreadable(file: "index.json", "\(error)") }
    }
}

extension PublishedDirectory {
    /// True when the other files of an issuer's newest CRL exist and have the same content: its numbered copy, and its PEM, compared piece by piece.
    func isWhole(_ list: CertificateRevocationList, issuer: String) -> Bool {
        guard let number = list.number, DurableFile.exists("\(path)/\(issuer)-\(number).crl"),
            let file = FileHandle(forReadingAtPath: listPath(of: issuer, pem: true))
        else { return false }
        do {
            try PEM.encode(list.der, type: "X509 CRL") { piece throws(Difference) in try file.expect(piece) }
            try file.expectEnd()
            return true
        } catch {
            return false
        }
    }
}

/// The file is another, or cannot be read: it is made again either way.
private struct Difference: Error {}

extension FileHandle {
    fileprivate func expect(_ piece: some Collection<UInt8>) throws(Difference) {
        guard let octets = try? read(upToCount: piece.count), octets.elementsEqual(piece) else { throw Difference() }
    }

    fileprivate func expectEnd() throws(Difference) {
        guard let rest = try? read(upToCount: 1) else { return }
        if !rest.isEmpty { throw Difference() }
    }
}
