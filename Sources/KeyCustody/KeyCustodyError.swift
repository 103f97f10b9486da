package import DurableFiles

/// Why a secret, a sealed key or a file beside them cannot be used.
package enum KeyCustodyError: Error, Sendable, Equatable {
    case fileMissing(path: String)
    case fileExists(path: String)
    /// Group or others may read the file; `mode` holds its permission bits.
    case fileExposed(path: String, mode: UInt32)
    /// The file belongs to a user who is neither root nor the one this program runs as.
    case fileForeign(path: String, owner: UInt32)
    case notAFile(path: String)
    case fileTooLarge(path: String, limit: Int)
    /// `reason` is the operating system's.
    case unreadable(path: String, reason: String)
    case unwritable(FileFailure)
    /// The key file holds something else than 32 octets in hexadecimal or base64.
    case notASealingKey(source: String)
    case passphraseTooShort(source: String, minimum: Int)
    /// The names of sealed keys are file names and part of what is authenticated.
    case invalidName(String)
    /// Not a sealed key, or not exactly as it was written.
    case corrupt(name: String, reason: String)
    case unsupportedVersion(name: String, version: Int)
    /// The file says it is another key: it was renamed or copied over.
    case wrongName(expected: String, found: String)
    /// Sealed with a passphrase and opened with a key file, or the other way round.
    case secretKindDiffers(name: String, sealedWith: SealingSecret.Kind, source: String)
    /// Authentication failed: the secret is another one, or the file was altered.
    case wrongSecret(name: String, source: String)
    /// What was sealed is no P-256 or P-384 private key.
    case unsupportedKey(name: String)
    case keyAndCertificateDiffer(keyIdentifier: String, subject: String)
    /// The cryptographic library failed, which says nothing about the input.
    case cryptographyFailed(String)
}
