/// A token or ticket; prints as `<redacted>`.
public struct Secret: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible {
    package let text: String

    /// - Parameter source: what to name in an error: a variable or a file.
    public init(_ text: String, source: String) throws(ClientError) {
        let printable = text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        guard !text.isEmpty, printable, text.utf8.count <= 4096 else { throw .malformedCredential(source: source) }
        self.text = text
    }

    /// Never the secret.
    public var description: String { "<redacted>" }
    /// Never the secret.
    public var debugDescription: String { description }
}

/// How this client proves to the CA that it may ask.
public enum Credential: Sendable, Equatable {
    case secret(Secret)
    /// A file that only its owner may read; read anew for each request, so that it can be replaced under a running agent.
    case tokenFile(String)
    /// A file with an enrolment ticket, or a pipe that brings one; the same rule, but that a file made by a redirection will do in a directory
    /// that nobody else can enter.
    case ticketFile(String)

    /// The secret itself; files are read anew each time.
    package func read() throws(ClientError) -> Secret {
        switch self {
        case .secret(let secret): secret
        case .tokenFile(let path): try SecretFile.read(path, orOutOfReach: false)
        case .ticketFile(let path): try SecretFile.read(path, orOutOfReach: true)
        }
    }
}
