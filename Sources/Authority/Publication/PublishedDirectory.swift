package import APISchema
import DurableFiles
import Foundation
import Glibc
package import PKI

/// `DIR/published/`: what the public listener, the publisher and a restart read. Files are replaced whole; readers never see a mixture.
///
/// `<issuer>.crl` and `<issuer>-<number>.crl` (DER, the last two kept), `<issuer>.crl.pem`, `bundle.crl.pem`, `index.json`, `<issuer>.cer`, `root.pem`.
package struct PublishedDirectory: Sendable {
    package let path: String

    package init(path: String) {
        self.path = path
    }

    /// The newest published CRL of an issuer; nil when there is none.
    package func revocationList(of issuer: String) throws(PublicationFault) -> CertificateRevocationList? {
        let file = "\(path)/\(issuer).crl"
        guard DurableFile.exists(file) else { return nil }
        do {
            return try CertificateRevocationList(der: try DurableFile.read(file))
        } catch let error as FileFailure {
            throw .file(error)
        } catch {
            throw .unreadable(file: file, "\(error)")
        }
    }

    /// Makes a CRL the newest of its issuer. The numbered copy comes first: whatever stops us, the newest number can be found.
    package func publish(_ list: CertificateRevocationList, issuer: String, number: Int64) throws(PublicationFault) {
        try write(list.der, "\(issuer)-\(number).crl")
        try write(list.der, "\(issuer).crl")
        try write(Array(list.pem.utf8), "\(issuer).crl.pem")
        try removeOldCopies(of: issuer, newest: number)
    }

    /// Writes the bundle of every issuer's CRL and the index, from the files that are there. Several processes may do so: one at a time.
    package func refreshIndex(issuers: [String], auditHead: PublishedAuditHead?) throws(PublicationFault) {
        try locked { () throws(PublicationFault) in
            var bundle = ""
            var listed: [PublishedIssuer] = []
            for issuer in issuers {
                guard let list = try revocationList(of: issuer) else { continue }
                bundle += list.pem
                listed.append(PublishedIssuer(name: issuer, list: list))
            }
            try write(Array(bundle.utf8), "bundle.crl.pem")
            let known = try index()?.auditHead
            let head = auditHead ?? known ?? PublishedAuditHead(id: 0, hash: "")
            try write(Self.encode(PublishedIndex(issuers: listed, auditHead: head)), "index.json")
        }
    }

    /// The published index; nil before the first publication.
    package func index() throws(PublicationFault) -> PublishedIndex? {
        let file = "\(path)/index.json"
        guard DurableFile.exists(file) else { return nil }
        do {
            return try JSONDecoder().decode(PublishedIndex.self, from: Data(try DurableFile.read(file)))
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
            if name == "root" { try write(Array(certificate.pem.utf8), "root.pem") }
        }
    }

    private func write(_ bytes: [UInt8], _ name: String) throws(PublicationFault) {
        do { try DurableFile.replace("\(path)/\(name)", with: bytes, mode: 0o644) } catch { throw .file(error) }
    }

    private func removeOldCopies(of issuer: String, newest: Int64) throws(PublicationFault) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        let numbers = names.compactMap { name -> Int64? in
            guard name.hasPrefix("\(issuer)-"), name.hasSuffix(".crl") else { return nil }
            return Int64(name.dropFirst(issuer.count + 1).dropLast(4))
        }
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
