public import PKI

/// Why the client could not do what it was asked.
public enum ClientError: Error, Sendable, Equatable {
    /// The text is not the https URL of a host.
    case invalidAddress(String)
    /// A value of an enrolment is not usable.
    case invalidEnrolment(field: String, value: String, reason: String)
    /// Nothing says which root to trust.
    case trustMissing
    /// The text holds no self-signed CA certificate.
    case noRootCertificate(source: String)
    /// Nothing to authenticate with; the purpose decides the remedy.
    case credentialMissing(CredentialPurpose)
    /// The secret is empty or holds characters that no HTTP header may carry.
    case malformedCredential(source: String)
    /// Neither a serial number nor a file.
    case invalidSerialNumber(String)
    /// Not the 64 hexadecimal digits of a SHA-256 value.
    case invalidFingerprint(String)
    /// The server's root is not the one whose fingerprint was given.
    case otherFingerprint(expected: String, received: String)
    /// No connection, or no answer in time.
    case unreachable(address: String, reason: String)
    /// The server's certificate does not verify against the trusted root.
    case serverNotTrusted(address: String, reason: String)
    /// The server ended the TLS connection because of the certificate this client presented.
    case clientCertificateRefused(address: String, reason: String)
    /// The CA answered no.
    case refused(Refusal)
    /// The answer is not what the API promises.
    case unexpectedAnswer(String)
    /// The CA returned a certificate that must not replace the present one.
    case unacceptable(CertificateMismatch)
    /// A private key could not be made, read or used.
    case key(reason: String)
    /// A file could not be read or written.
    case file(path: String, problem: FileProblem)
    /// The directory holds no pair of key and certificate.
    case noCredentials(directory: String)
    /// The directory holds files that are not a pair.
    case brokenCredentials(directory: String, reason: String)
    /// The directory holds files that this client did not write, under the names that it writes to.
    case foreignFiles(directory: String, names: [String])
    /// The pair's notAfter has passed.
    case expiredCredentials(directory: String, commonName: String, notAfter: UnixTime)
    /// Another process is changing the directory.
    case busy(directory: String)
    /// The command that was to run after a change did not succeed.
    case commandFailed(command: String, outcome: String)
    /// The task was cancelled.
    case cancelled
}

/// What a credential was needed for.
public enum CredentialPurpose: Sendable, Equatable {
    case enrolment, administration
}

/// What is wrong with a file.
public enum FileProblem: Sendable, Equatable {
    case missing
    /// Others than the owner may read a secret; the permission bits.
    case exposed(mode: UInt32)
    case unreadable(reason: String, remedy: String)
    case unwritable(reason: String, remedy: String)
    case malformed(reason: String)
}

// Not `Explained`: that would make PKI a part of the library's public API.
extension ClientError: CustomStringConvertible {
    /// One line: what is wrong and what to do.
    public var description: String { "\(summary) · remedy: \(remedy)" }

    /// What is wrong, with the offending value.
    public var summary: String {
        switch self {
        case .invalidAddress(let text): "the address \(quoted(text)) is not an https URL of a host"
        case .invalidEnrolment(let field, let value, let reason): "\(field) \(quoted(value)) \(reason)"
        case .trustMissing: "no root certificate is configured, so the CA cannot be recognised"
        case .noRootCertificate(let source): "\(source) holds no self-signed CA certificate"
        case .credentialMissing(.enrolment): "enrolling needs a ticket or a token and there is none"
        case .credentialMissing(.administration): "this command needs a token and there is none"
        case .malformedCredential(let source): "the secret from \(source) is empty or holds white space or control characters"
        case .invalidSerialNumber(let text): "\(quoted(text)) is neither a serial number nor an existing file"
        case .invalidFingerprint(let text): "\(quoted(text)) is not a SHA-256 fingerprint"
        case .otherFingerprint(let expected, let received):
            "the server's root has the fingerprint \(received), not \(expected)"
        case .unreachable(let address, let reason): "the CA at \(address) cannot be reached: \(reason)"
        case .serverNotTrusted(let address, let reason): "the server at \(address) is not trusted: \(reason)"
        case .clientCertificateRefused(let address, let reason): "the CA at \(address) refused our certificate: \(reason)"
        case .refused(let refusal): refusal.summary
        case .unexpectedAnswer(let what): "the CA's answer is not understood: \(what)"
        case .unacceptable(let mismatch): "the CA's certificate is not taken over: \(mismatch.summary)"
        case .key(let reason): "the private key cannot be used: \(reason)"
        case .file(let path, let problem): problem.summary(path: path)
        case .noCredentials(let directory): "\(directory) holds no certificate"
        case .brokenCredentials(let directory, let reason): "the files in \(directory) are not a pair: \(reason)"
        case .foreignFiles(let directory, let names):
            "\(directory) holds \(names.joined(separator: ", ")), which ca-client did not write"
        case .expiredCredentials(_, let name, let notAfter):
            "the certificate of \(name) expired at \(notAfter) by this machine's clock"
        case .busy(let directory): "another process is changing \(directory)"
        case .commandFailed(let command, let outcome): "the command \(quoted(command)) \(outcome)"
        case .cancelled: "the work was cancelled"
        }
    }

    /// What to do next.
    public var remedy: String {
        switch self {
        case .invalidAddress: "set CA_ADDR to https://HOST:PORT"
        case .invalidEnrolment: "correct the value; ca-client enroll --help shows examples"
        case .trustMissing:
            "fetch it with ca-client trust --fingerprint SHA256 --out root.pem, then set CA_CACERT=root.pem"
        case .noRootCertificate: "use the file that ca-client trust wrote, or the CA's root.pem"
        case .credentialMissing(.enrolment):
            "set CA_TICKET or give --ticket-file FILE; an administrator makes one with ca-client ticket create"
        case .credentialMissing(.administration): "set CA_TOKEN_FILE to a token file of mode 0600, or set CA_TOKEN"
        case .malformedCredential: "store exactly the secret, with no other text"
        case .invalidSerialNumber: "give the hexadecimal serial number, with colons, dashes or neither, or a PEM file"
        case .invalidFingerprint: "give the 64 hexadecimal digits that ca-server init printed, with or without colons"
        case .otherFingerprint:
            "do not go on: check CA_ADDR and ask the administrator for the fingerprint over another way than this network"
        case .unreachable: "check CA_ADDR and that the CA runs, then try again"
        case .serverNotTrusted:
            "check CA_ADDR, CA_CACERT and this machine's clock; fetch the root anew with ca-client trust if it was replaced"
        case .clientCertificateRefused: "enrol again with a new ticket"
        case .refused(let refusal): refusal.remedy
        case .unexpectedAnswer: "check that CA_ADDR is the CA's API address and that client and server are of similar age"
        case .unacceptable: "the files were left as they are; tell the CA's administrator"
        case .key: "remove the key and enrol again"
        case .file(let path, let problem): problem.remedy(path: path)
        case .noCredentials(let directory): "enrol first: ca-client enroll --out \(directory) …"
        case .brokenCredentials(let directory, _): "enrol again with a new ticket: ca-client enroll --out \(directory) …"
        case .foreignFiles: "move them away, or give --out another directory"
        case .expiredCredentials(let directory, let name, _):
            "get a ticket with ca-client ticket create --profile … --id \(name), then CA_TICKET=… ca-client enroll --out \(directory) …"
        case .busy: "wait until it is done and try again"
        case .commandFailed: "run it by hand to see why; the certificate files are in place"
        case .cancelled: "start it again"
        }
    }

    private func quoted(_ text: String) -> String { "'\(text)'" }
}

extension ClientError {
    /// Whether the same request may succeed later without anybody changing anything.
    package var isTransient: Bool {
        switch self {
        case .unreachable, .busy: true
        case .refused(let refusal): refusal.isTransient
        default: false
        }
    }

    /// Seconds the CA asked to wait.
    package var retryAfter: Int64? {
        if case .refused(let refusal) = self { refusal.retryAfter } else { nil }
    }
}

extension FileProblem {
    func summary(path: String) -> String {
        switch self {
        case .missing: "\(path) does not exist"
        case .exposed(let mode): "\(path) can be read by others (mode 0\(String(mode, radix: 8)))"
        case .unreadable(let reason, _): "\(path) cannot be read: \(reason)"
        case .unwritable(let reason, _): "\(path) cannot be written: \(reason)"
        case .malformed(let reason): "\(path) is malformed: \(reason)"
        }
    }

    func remedy(path: String) -> String {
        switch self {
        case .missing: "check the path"
        case .exposed: "chmod 600 \(path), and replace the secret if anybody may have read it"
        case .unreadable(_, let remedy), .unwritable(_, let remedy): remedy
        case .malformed: "replace it by a sound copy"
        }
    }
}
