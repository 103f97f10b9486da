internal import CertificateClient
internal import Logging

/// The variables that configure the client. Each is looked at when a command needs it, so that a wrong one disturbs only those.
struct ClientEnvironment: Sendable {
    private let variables: [String: String]

    init(_ variables: [String: String]) { self.variables = variables }

    /// Where a CA on the same machine listens.
    static let defaultAddress = "https://127.0.0.1:8443"

    /// `CA_ADDR`, else `VAULT_ADDR`, else the default.
    func address() throws(ClientError) -> ServerAddress {
        try ServerAddress(value("CA_ADDR") ?? value("VAULT_ADDR") ?? Self.defaultAddress)
    }

    /// The roots in the file of `CA_CACERT`, else of `VAULT_CACERT`.
    func trust() throws(ClientError) -> TrustAnchors? {
        guard let file = value("CA_CACERT") ?? value("VAULT_CACERT") else { return nil }
        return try TrustAnchors(file: file)
    }

    /// An administrator's or service's token.
    func token() throws(ClientError) -> Credential? {
        if let text = value("CA_TOKEN") { return .secret(try Secret(text, source: "CA_TOKEN")) }
        if let file = value("CA_TOKEN_FILE") { return .tokenFile(file) }
        if let text = value("VAULT_TOKEN") { return .secret(try Secret(text, source: "VAULT_TOKEN")) }
        return nil
    }

    /// What an enrolment is authorized with: a ticket, else a token.
    func enrolmentCredential(ticketFile: String?) throws(ClientError) -> Credential? {
        if let ticketFile { return .ticketFile(ticketFile) }
        if let text = value("CA_TICKET") { return .secret(try Secret(text, source: "CA_TICKET")) }
        return try token()
    }

    /// `CA_LOG_LEVEL`; notices and worse when absent.
    var logLevel: Logger.Level { value("CA_LOG_LEVEL").flatMap(Logger.Level.init(rawValue:)) ?? .notice }

    /// For commands this program starts: everything but our secrets.
    var withoutSecrets: [String: String] {
        variables.filter { !["CA_TOKEN", "VAULT_TOKEN", "CA_TICKET"].contains($0.key) }
    }

    private func value(_ name: String) -> String? {
        variables[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}
