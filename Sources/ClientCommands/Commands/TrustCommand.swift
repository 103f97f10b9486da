internal import ArgumentParser
internal import CertificateClient
internal import PKI

/// `ca-client trust`.
struct TrustCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "trust", abstract: "Fetch the CA's root and believe it only if its fingerprint is the given one.",
        discussion: """
            The fingerprint is what ca-server init printed; it must reach you on another way than this network.

            Example: ca-client trust --fingerprint 5A:0C:…:9E --out root.pem && export CA_CACERT=root.pem
            """)

    @Option(help: ArgumentHelp("SHA-256 of the root's DER, hexadecimal, with or without colons.", valueName: "sha256"))
    var fingerprint: String

    @Option(help: ArgumentHelp("Where to write the root; standard output when absent.", valueName: "file"))
    var out: String?

    @OptionGroup var output: OutputOptions

    func run(in session: ClientSession) async throws(ClientError) {
        // A root that is trusted already must not decide about the one to come.
        let configuration = ClientConfiguration(address: try session.environment.address(), trust: nil)
        let root = try await CertificateClient.withClient(
            configuration, surroundings: session.surroundings, logger: session.logger
        ) { (client) async throws(ClientError) in try await client.fetchRoot(fingerprint: fingerprint) }
        if let out { try ClientFile.replace(Array(root.pem.utf8), at: out, mode: 0o644) }
        try session.output.report(TrustReport(root: root, file: out), as: output)
    }
}

private struct TrustReport: Report {
    let certificate: String
    let fingerprint: String
    let commonName: String
    let notAfter: UnixTime
    let file: String?

    init(root: FetchedRoot, file: String?) {
        certificate = root.pem
        fingerprint = root.fingerprint
        commonName = root.commonName
        notAfter = root.notAfter
        self.file = file
    }

    enum CodingKeys: String, CodingKey {
        case certificate, file
        case fingerprint = "fingerprint_sha256"
        case commonName = "common_name"
        case notAfter = "not_after"
    }

    var text: String {
        guard let file else { return certificate }
        return table([
            ("root", commonName), ("fingerprint", fingerprint), ("not after", notAfter.description), ("written to", file),
        ])
    }
}
