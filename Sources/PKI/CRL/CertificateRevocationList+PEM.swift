extension CertificateRevocationList {
    /// `-----BEGIN X509 CRL-----`
    package var pem: String { PEM.encode(der, type: "X509 CRL") }

    /// Reads a text with exactly one CRL.
    package init(pem: String) throws(InvalidCRL) {
        let all = try Self.all(pem: pem)
        guard let list = all.first, all.count == 1 else { throw .wrongCount(all.count) }
        self = list
    }

    /// Reads every CRL of a text, in its order; any other PEM block is an error.
    package static func all(pem: String) throws(InvalidCRL) -> [CertificateRevocationList] {
        let blocks: [PEM.Block]
        do throws(InvalidPEM) {
            blocks = try PEM.decode(pem)
        } catch {
            throw .notPEM(error)
        }
        var lists: [CertificateRevocationList] = []
        for block in blocks {
            // RFC 7468 §6: generators write the first, parsers may take the second.
            guard block.type == "X509 CRL" || block.type == "CRL" else { throw .wrongLabel(block.type) }
            lists.append(try CertificateRevocationList(der: block.der))
        }
        return lists
    }
}
