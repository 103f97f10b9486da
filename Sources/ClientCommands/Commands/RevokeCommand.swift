internal import APISchema
internal import ArgumentParser
internal import CertificateClient
internal import PKI

/// `ca-client revoke`.
struct RevokeCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Revoke a certificate.",
        discussion: """
            Answers a receipt: every CRL of the issuer with the given number or a higher one lists the certificate. keyCompromise, \
            cessationOfOperation and privilegeWithdrawn also suspend the identity and revoke all its certificates, unless told otherwise.
            Reasons: \(RevocationReason.allCases.map(\.name).joined(separator: ", ")).

            Example: ca-client revoke 4f:00:a1:… --reason keyCompromise
            """)

    @Argument(
        help: ArgumentHelp(
            "Serial number with colons, dashes or neither, or a file with the certificate, PEM or DER.", valueName: "serial|file"))
    var certificate: String

    @Option(help: ArgumentHelp("Why (RFC 5280 §5.3.1).", valueName: "name"))
    var reason: String

    @Flag(inversion: .prefixedNo, help: "Whether the identity may enrol and renew no more.")
    var suspend: Bool?

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard RevocationReason(name: reason) != nil else {
            let names = RevocationReason.allCases.map(\.name).joined(separator: ", ")
            throw ValidationError("the reason '\(reason)' is none of \(names)")
        }
    }

    func run(in session: ClientSession) async throws(ClientError) {
        let order =
            switch try CertificateReference(certificate) {
            case .serialNumber(let serial): RevocationOrder(serialNumber: serial.description, reason: reason, suspend: suspend)
            case .file(let documents): RevocationOrder(certificate: documents.first?.pem, reason: reason, suspend: suspend)
            }
        let receipt = try await session.connected(credential: session.environment.token()) { (client) async throws(ClientError) in
            try await client.revoke(order)
        }
        try session.output.report(RevocationReport(receipt: receipt), as: output)
    }
}

private struct RevocationReport: Report {
    let receipt: RevokedCertificate

    func encode(to encoder: any Encoder) throws { try receipt.encode(to: encoder) }

    var text: String {
        table([
            ("serial number", receipt.serialNumber), ("state", receipt.state), ("revoked at", UnixTime(receipt.revocationTime).description),
            ("reason", receipt.reason), ("issuer", receipt.issuer), ("CRL number", "\(receipt.crlNumber) and higher"),
            ("also revoked", receipt.alsoRevoked.isEmpty ? nil : receipt.alsoRevoked.joined(separator: ", ")),
        ])
    }
}
