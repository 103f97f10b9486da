package import DurableFiles
import PKI

/// Why a sealed stream cannot be written or opened. Nothing of it may be believed then.
package enum SealedStreamFault: Explained, Sendable, Equatable {
    /// It does not begin as one.
    case notAStream(path: String)
    case unsupportedVersion(path: String, version: String)
    case damagedHeader(path: String, reason: String)
    /// Sealed with a passphrase and opened with a key file, or the other way round.
    case secretKindDiffers(path: String, sealedWith: SealingSecret.Kind, source: String)
    /// The secret is another one, or the header was altered.
    case wrongSecret(path: String, source: String)
    /// A chunk is not the one that was written there: altered, moved, or from another stream.
    case altered(path: String, chunk: UInt64)
    /// It ends before its last chunk.
    case truncated(path: String, chunk: UInt64)
    /// Something follows the last chunk.
    case trailing(path: String)
    case file(FileFailure)
    case cryptographyFailed(String)

    /// What is wrong.
    package var summary: String {
        switch self {
        case .notAStream(let path): "\(path) is not a backup"
        case .unsupportedVersion(let path, let version): "\(path) has the unknown version '\(version.prefix(20))'"
        case .damagedHeader(let path, let reason): "the header of \(path) is damaged: \(reason)"
        case .secretKindDiffers(let path, let kind, let source): "\(path) was sealed with \(kind.text), which \(source) is not"
        case .wrongSecret(let path, let source): "\(path) does not open with the secret from \(source)"
        case .altered(let path, let chunk): "\(path) was altered or cut off: chunk \(chunk) is not the one that was written there"
        case .truncated(let path, let chunk): "\(path) was cut off: it ends at chunk \(chunk), which is not its last"
        case .trailing(let path): "\(path) goes on after its end"
        case .file(let failure): failure.summary
        case .cryptographyFailed(let reason): "the cryptographic library failed: \(reason)"
        }
    }

    /// What to do about it.
    package var remedy: String {
        switch self {
        case .notAStream: "name a file that ca-server backup wrote"
        case .unsupportedVersion: "use the version of this program that wrote it"
        case .damagedHeader, .altered, .truncated, .trailing: "use another copy of this backup, or an older one"
        case .secretKindDiffers(_, .keyFile, _): "name the key file with --key-file"
        case .secretKindDiffers(_, .passphrase, _): "name the passphrase file with --passphrase-file"
        case .wrongSecret(_, let source): "check \(source); if it is the right one, the backup's header was altered: use another copy"
        case .file(let failure): failure.remedy
        case .cryptographyFailed: "try again; if it persists, check the machine's memory and random device"
        }
    }
}
