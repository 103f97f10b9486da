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
    /// The pair's notAfter (seconds since 1970) has passed.
    case expiredCredentials(directory: String, commonName: String, notAfter: Int64)
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
