internal import CertificateClient
internal import Foundation
internal import PKI

/// What a person calls a certificate by: its serial number, or a PEM file that holds it.
enum CertificateReference: Sendable {
    case serialNumber(SerialNumber)
    /// The first certificate is meant; others are its chain.
    case file([CertificateDocument])

    /// An existing file wins over a name that happens to be hexadecimal.
    init(_ text: String) throws(ClientError) {
        guard FileManager.default.fileExists(atPath: text) else {
            do { self = .serialNumber(try SerialNumber(text: text)) } catch { throw .invalidSerialNumber(text) }
            return
        }
        guard let bytes = try ClientFile.read(text, limit: 1 << 20) else { throw .file(path: text, problem: .missing) }
        do { self = .file(try CertificateDocument.all(pem: String(decoding: bytes, as: UTF8.self))) } catch {
            throw .file(path: text, problem: .malformed(reason: error.summary))
        }
    }
}
