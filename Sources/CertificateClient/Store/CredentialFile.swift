/// The files of a credential directory, in the order in which a rotation moves them into place.
enum CredentialFile: String, Sendable, CaseIterable {
    /// PKCS#8, mode 0600.
    case key = "key.pem"
    /// The leaf.
    case certificate = "cert.pem"
    /// The leaf and its issuing CA, as TLS servers want it.
    case chain = "chain.pem"
    /// The root.
    case root = "ca.pem"
    case state = "state.json"
    /// Present while a command that is to learn of the change has not succeeded yet.
    case changed = ".changed"

    /// Permission bits.
    var mode: UInt32 { self == .key ? 0o600 : 0o644 }
}
