import DurableFiles
import Foundation
import PKI

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
