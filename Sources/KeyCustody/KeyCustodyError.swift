package import DurableFiles
import PKI

/// Why a secret, a sealed key or a file beside them cannot be used.
package enum KeyCustodyError: Explained, Sendable, Equatable {
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
    /// The sealed octets are no private key of an algorithm that CAs sign with.
    case unsupportedKey(name: String)
    case keyAndCertificateDiffer(keyIdentifier: String, subject: String)
    /// The cryptographic library failed, which says nothing about the input.
    case cryptographyFailed(String)
}

extension KeyCustodyError {
    /// What happened, with the offending value; never a secret.
    package var summary: String {
        switch self {
        case .fileMissing(let path): "\(path) does not exist"
        case .fileExists(let path): "\(path) exists already"
        case .fileExposed(let path, let mode): "\(path) holds a secret, but its mode \(Self.octal(mode)) lets others at it"
        case .fileForeign(let path, let owner): "\(path) holds a secret, but belongs to user \(owner)"
        case .notAFile(let path): "\(path) is not a regular file"
        case .fileTooLarge(let path, let limit): "\(path) has more than \(limit) bytes"
        case .unreadable(let path, let reason): "\(path) cannot be read: \(reason)"
        case .unwritable(let failure): "a key cannot be written: \(failure.summary)"
        case .notASealingKey(let source): "\(source) does not hold 32 octets in hexadecimal or base64"
        case .passphraseTooShort(let source, let minimum): "the passphrase in \(source) has fewer than \(minimum) characters"
        case .invalidName(let name): "'\(visible(String(name.prefix(80))))' cannot be the name of a sealed key"
        case .corrupt(let name, let reason): "the sealed key '\(name)' is damaged: \(reason)"
        case .unsupportedVersion(let name, let version): "the sealed key '\(name)' has the unknown version \(version)"
        case .wrongName(let expected, let found): "the sealed key '\(expected)' says it is '\(visible(String(found.prefix(80))))'"
        case .secretKindDiffers(let name, let kind, let source): "the key '\(name)' was sealed with \(kind.text), which \(source) is not"
        case .wrongSecret(let name, let source): "the sealed key '\(name)' does not open with the secret from \(source)"
        case .unsupportedKey(let name): "'\(name)' is not a \(KeyAlgorithm.titlesOfCAs) private key"
        case .keyAndCertificateDiffer(let identifier, let subject):
            "the private key \(identifier) does not belong to the certificate of \(visible(subject))"
        case .cryptographyFailed(let reason): "the cryptographic library failed: \(reason)"
        }
    }

    /// What to do about it.
    package var remedy: String {
        switch self {
        case .fileMissing: "name an existing file, or restore it from a backup"
        case .fileExists: "choose another path, or move the file away"
        case .fileExposed(let path, _): "chmod 600 \(path); a secret that root owns may be readable for this program's group: 440"
        case .fileForeign(let path, _): "chown it to the user who runs this program, then chmod 600 \(path)"
        case .notAFile: "name a regular file"
        case .fileTooLarge: "name the right file"
        case .unreadable: "check the path and the permissions of its directories"
        case .unwritable(let failure): failure.remedy
        case .notASealingKey: "write 64 hexadecimal digits to it, as `openssl rand -hex 32` prints them"
        case .passphraseTooShort(_, let minimum): "use at least \(minimum) characters; several random words are better"
        case .invalidName: "use up to 64 of a-z, 0-9, dot, dash and underscore, beginning with a letter or digit"
        case .corrupt, .unsupportedKey: "restore the file from a backup"
        case .unsupportedVersion: "use the version of this program that sealed it"
        case .wrongName: "put each sealed key back under its own name"
        case .secretKindDiffers(_, .keyFile, _): "name the key file in CA_UNSEAL_KEY_FILE (CA_ROOT_UNSEAL_KEY_FILE for the root)"
        case .secretKindDiffers(_, .passphrase, _):
            "name the passphrase file in CA_UNSEAL_PASSPHRASE_FILE (CA_ROOT_UNSEAL_PASSPHRASE_FILE for the root)"
        case .wrongSecret(_, let source): "check \(source); if it is the right one, the sealed file was altered: restore it from a backup"
        case .keyAndCertificateDiffer: "restore the key and the certificate from the same backup"
        case .cryptographyFailed: "try again; if it persists, check the machine's memory and random device"
        }
    }

    private static func octal(_ mode: UInt32) -> String {
        let digits = String(mode & 0o7777, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
