internal import CertificateClient
internal import Foundation
internal import PKI

/// What a person calls a certificate by: its serial number, or a file that holds it, PEM or DER.
enum CertificateReference: Sendable {
    case serialNumber(SerialNumber)
    /// The first certificate is meant; others are its chain. Keys in the file are passed over.
    case file([CertificateDocument])

    /// An existing file wins over a name that happens to be hexadecimal.
    init(_ text: String) throws(ClientError) {
        guard FileManager.default.fileExists(atPath: text) else {
            do { self = .serialNumber(try SerialNumber(text: text)) } catch { throw .invalidSerialNumber(text) }
            return
        }
        guard let bytes = try ClientFile.read(text, limit: 1 << 20) else { throw .file(path: text, problem: .missing) }
        let bundle = CertificateBundle(bytes)
        do throws(NoCertificate) { try bundle.requireSome() } catch {
            throw .file(path: text, problem: .malformed(reason: error.summary))
        }
        self = .file(bundle.certificates)
    }
}
