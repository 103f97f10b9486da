internal import ArgumentParser
internal import CertificateClient
internal import PKI

/// `ca-client show`.
struct ShowCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a certificate: what the CA knows of a serial number, or what a PEM or DER file holds.",
        discussion: """
            Example: ca-client show 4f00a1…
            A file may hold a key and a chain as well: the first certificate in it is shown first.

            Example: ca-client show ./device/chain.pem --json
            """)

    @Argument(
        help: ArgumentHelp(
            "Serial number with colons, dashes or neither, or a file with the certificate, PEM or DER.", valueName: "serial|file"))
    var certificate: String

    @OptionGroup var output: OutputOptions

    func run(in session: ClientSession) async throws(ClientError) {
        switch try CertificateReference(certificate) {
        case .file(let documents):
            let reports = documents.map { CertificateReport(CertificateDescription($0), pem: $0.pem, status: nil) }
            guard let first = reports.first else { return }
            try session.output.report(FileReport(first: first, chain: Array(reports.dropFirst())), as: output)
        case .serialNumber(let serial):
            let reading = try await session.connected(credential: nil) { (client) async throws(ClientError) in
                try await client.certificate(serial)
            }
            let document: CertificateDocument
            do { document = try CertificateDocument(pem: reading.certificate) } catch { throw .unexpectedAnswer(error.summary) }
            let status = RevocationStatus(reading, notAfter: document.notAfter, now: session.surroundings.now())
            try session.output.report(
                CertificateReport(CertificateDescription(document), pem: document.pem, status: status), as: output)
        }
    }
}

/// What a certificate does not say itself.
private struct RevocationStatus: Encodable {
    /// `active`, `expired` or `revoked`.
    let state: String
    let revocationTime: UnixTime?

    init(_ reading: CertificateReading, notAfter: UnixTime, now: UnixTime) {
        revocationTime = reading.revocationTime > 0 ? UnixTime(reading.revocationTime) : nil
        state = revocationTime != nil ? "revoked" : now > notAfter ? "expired" : "active"
    }

    enum CodingKeys: String, CodingKey {
        case state
        case revocationTime = "revocation_time"
    }
}

/// One certificate, and what the CA adds to it.
private struct CertificateReport: Report {
    let description: CertificateDescription
    let pem: String
    let status: RevocationStatus?

    init(_ description: CertificateDescription, pem: String, status: RevocationStatus?) {
        self.description = description
        self.pem = pem
        self.status = status
    }

    private enum CodingKeys: String, CodingKey { case certificate }

    /// The CA's fields and the certificate's own in one flat object.
    func encode(to encoder: any Encoder) throws {
        try status?.encode(to: encoder)
        try description.encode(to: encoder)
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(pem, forKey: .certificate)
    }

    var text: String {
        let names = description.subjectAlternativeNames
        return table([
            ("serial number", description.serialNumber), ("common name", description.commonName),
            ("organization", description.organization), ("type (OU)", description.organizationalUnit),
            ("names", names.isEmpty ? nil : names.joined(separator: ", ")), ("issued by", description.issuerName),
            ("not before", description.notBefore.description), ("not after", description.notAfter.description),
            ("key", description.keyType), ("SHA-256", description.fingerprint), ("state", status?.state),
            ("revoked at", status?.revocationTime.map { $0.description }),
        ])
    }
}

private struct FileReport: Report {
    let first: CertificateReport
    let chain: [CertificateReport]

    private enum CodingKeys: String, CodingKey { case chain }

    func encode(to encoder: any Encoder) throws {
        try first.encode(to: encoder)
        guard !chain.isEmpty else { return }
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(chain, forKey: .chain)
    }

    var text: String { ([first] + chain).map(\.text).joined(separator: "\n\n") }
}
