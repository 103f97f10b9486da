import Foundation
import PKI
import SwiftASN1
import X509

extension FuzzTarget {
    /// Certificates, PEM or DER.
    static let certificate = FuzzTarget(name: "certificate") { octets in
        if octets.starts(with: "-----".utf8) {
            let text = String(decoding: octets, as: UTF8.self)
            guard let certificates = try accepted({ try CertificateDocument.all(pem: text) }) else { return }
            let written = certificates.map(\.pem).joined()
            try requireEqual(try CertificateDocument.all(pem: written).map(\.der), certificates.map(\.der), "PEM reads back")
        } else {
            try checkCertificate(octets)
            if let resigned = try FixedKey.resigned(octets), resigned != octets { try checkCertificate(resigned) }
        }
    }
}

private func checkCertificate(_ der: [UInt8]) throws {
    guard let document = try accepted({ try CertificateDocument(der: der) }) else { return }
    let judged = try Certificate(derEncoded: der)
    try requireEqual(Array(judged.serialNumber.bytes.drop { $0 == 0 }), document.serialNumber.octets, "the serial number")
    try requireEqual(Int64(judged.notValidBefore.timeIntervalSince1970), document.notBefore.seconds, "notBefore")
    try requireEqual(Int64(judged.notValidAfter.timeIntervalSince1970), document.notAfter.seconds, "notAfter")
    try requireEqual(try judgedDER(judged.publicKey), document.publicKey.der, "the key")
    try requireSameName(document.issuerDER, judged.issuer)
    try requireSameName(document.subjectDER, judged.subject)
    try requireSameNames(document.names, try judged.extensions.subjectAlternativeNames)
    try requireEqual(try CertificateDocument(pem: document.pem), document, "PEM reads back")
    try requireEqual(try SerialNumber(text: document.serialNumber.description), document.serialNumber, "the serial number reads back")
    for name in document.names {
        try requireEqual(PKI.GeneralName(description: name.description), name, "a name's text reads back")
    }
    try requireRefused(der + [0]) { try CertificateDocument(der: $0) }
    try requireRefused(der.dropLast()) { try CertificateDocument(der: $0) }
    _ = document.isSigned(by: document)
}

/// swift-certificates writes U+FFFD where a text is no UTF-8: only then may the octets differ.
private func requireSameName(_ ours: [UInt8], _ theirs: DistinguishedName) throws {
    let theirs = try judgedDER(theirs)
    guard !theirs.contains([0xEF, 0xBF, 0xBD]) else { return }
    try requireEqual(ours, theirs, "the exact octets of a name")
}
