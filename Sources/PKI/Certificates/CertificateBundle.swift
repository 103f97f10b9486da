/// The certificates of a file: DER or PEM, one or many, perhaps with keys and explanations between them.
///
/// A certificate that cannot be read hides no other: it is passed over and named.
package struct CertificateBundle: Sendable {
    /// The readable certificates, in their order.
    package let certificates: [CertificateDocument]
    /// The unreadable ones: position among the blocks of the file, from 1, and the fault.
    package let passedOver: [String]
    private let emptiness: String

    /// - Parameter octets: the whole file.
    package init(_ octets: [UInt8]) {
        // A UTF-8 text may begin with a byte order mark; DER begins with a SEQUENCE.
        if octets.first == 0x30, octets.dropFirst().first ?? 0 >= 0x80 || octets.count < 128 {
            self.init(der: octets)
        } else {
            self.init(pem: String(decoding: octets, as: UTF8.self), octets: octets)
        }
    }

    /// - Parameter pem: the whole text.
    package init(pem: String) { self.init(pem: pem, octets: []) }

    /// The error when there is no readable certificate, with what the file holds instead.
    package func requireSome() throws(NoCertificate) {
        if certificates.isEmpty { throw NoCertificate(summary: emptiness) }
    }

    private init(der: [UInt8]) {
        do throws(InvalidCertificate) {
            certificates = [try CertificateDocument(der: der)]
            passedOver = []
            emptiness = ""
        } catch {
            certificates = []
            passedOver = ["block 1: \(error.summary)"]
            emptiness = Self.kind(ofDER: der) ?? error.summary
        }
    }

    private init(pem: String, octets: [UInt8]) {
        var certificates: [CertificateDocument] = []
        var passedOver: [String] = []
        var others: [String] = []
        for (index, block) in PEM.read(pem).enumerated() {
            do {
                let block = try block.get()
                if CertificateDocument.labels.contains(block.type) {
                    certificates.append(try CertificateDocument(der: block.der))
                } else {
                    others.append(block.type)
                }
            } catch {
                passedOver.append("block \(index + 1): \((error as? any Explained)?.summary ?? "\(error)")")
            }
        }
        self.certificates = certificates
        self.passedOver = passedOver
        emptiness = passedOver.first.map { "no certificate in it can be read; \($0)" } ?? Self.kind(labels: others, octets: octets)
    }

    private static func kind(labels: [String], octets: [UInt8]) -> String {
        guard let label = labels.first else {
            if octets.isEmpty { return "it is empty, or has no -----BEGIN line" }
            if octets.starts(with: [0xFE, 0xED, 0xFE, 0xED]) { return "it is a Java key store, which keytool -exportcert -rfc reads" }
            if octets.starts(with: [0xFF, 0xFE]) || octets.starts(with: [0xFE, 0xFF]) {
                return "it is a text in UTF-16: save it as UTF-8"
            }
            return "it is neither PEM nor DER"
        }
        switch label {
        case let label where label.hasSuffix("PRIVATE KEY"): return "it holds a private key and no certificate"
        case "CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST": return "it is a certificate signing request, not a certificate"
        case "X509 CRL", "CRL": return "it is a CRL, not a certificate"
        case "PKCS7", "CMS": return "it is a PKCS #7 bundle, which openssl pkcs7 -print_certs turns into PEM"
        case "PUBLIC KEY": return "it is a public key, not a certificate"
        default: return "it holds a \(visible(label)) and no certificate"
        }
    }

    /// The kind of other DER that a file holds; nil when it is unknown.
    private static func kind(ofDER der: [UInt8]) -> String? {
        if (try? SigningRequestOutline(der: der)) != nil { return "it is a certificate signing request, not a certificate" }
        if (try? CertificateRevocationList(der: der)) != nil { return "it is a CRL, not a certificate" }
        if (try? PrivateKey(der: der)) != nil { return "it holds a private key and no certificate" }
        var document = DERReader(der)
        guard var fields = try? document.open(0x30) else { return nil }
        // RFC 7292 §4: version 3, then the safe.
        if fields.nextTag == 0x02, (try? fields.integer()) == 3, fields.nextTag == 0x30 {
            return "it is a PKCS #12 file, which openssl pkcs12 -nokeys turns into PEM"
        }
        return nil
    }
}

/// The fault of a file without a readable certificate, with what it holds instead.
package struct NoCertificate: Error, Sendable, Equatable {
    package let summary: String
}
