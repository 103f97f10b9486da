extension CertificateDocument {
    /// RFC 7468 §5.1: generators write the first, parsers may take the others.
    static let labels: Set<String> = ["CERTIFICATE", "X509 CERTIFICATE", "X.509 CERTIFICATE"]

    /// `-----BEGIN CERTIFICATE-----`
    package var pem: String { PEM.encode(der, type: "CERTIFICATE") }

    /// Reads a text with exactly one certificate.
    package init(pem: String) throws(InvalidCertificate) {
        let all = try Self.all(pem: pem)
        guard let certificate = all.first, all.count == 1 else { throw .wrongCount(all.count) }
        self = certificate
    }

    /// Reads every certificate of a text, in its order; any other PEM block is an error.
    package static func all(pem: String) throws(InvalidCertificate) -> [CertificateDocument] {
        let blocks: [PEM.Block]
        do throws(InvalidPEM) {
            blocks = try PEM.decode(pem)
        } catch {
            throw .notPEM(error)
        }
        var certificates: [CertificateDocument] = []
        for block in blocks {
            guard labels.contains(block.type) else { throw .wrongLabel(block.type) }
            certificates.append(try CertificateDocument(der: block.der))
        }
        return certificates
    }
}
