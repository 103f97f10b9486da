internal import Foundation

/// Reads files that hold secrets, after looking at who else may read them.
enum SecretFile {
    /// - Returns: the text without surrounding white space.
    static func read(_ path: String, mayBeExposed: Bool) throws(ClientError) -> Secret {
        let bytes = try bytes(path, forbidden: mayBeExposed ? 0 : 0o077)
        let text = String(decoding: bytes, as: UTF8.self)
        let start = text.firstIndex { !$0.isWhitespace } ?? text.endIndex
        let end = text.lastIndex { !$0.isWhitespace }.map { text.index(after: $0) } ?? start
        return try Secret(String(text[start..<end]), source: path)
    }

    /// - Parameter forbidden: permission bits that must not be set.
    static func bytes(_ path: String, forbidden: UInt32) throws(ClientError) -> [UInt8] {
        try checkMode(path, forbidden: forbidden)
        guard let bytes = try ClientFile.read(path, limit: 1 << 16) else { throw .file(path: path, problem: .missing) }
        return bytes
    }

    /// Follows symbolic links: what counts is who may read the secret itself.
    static func checkMode(_ path: String, forbidden: UInt32) throws(ClientError) {
        guard forbidden != 0 else { return }
        guard ClientFile.exists(path) else { throw .file(path: path, problem: .missing) }
        let attributes: [FileAttributeKey: Any]
        do {
            let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
            attributes = try FileManager.default.attributesOfItem(atPath: target)
        } catch { throw .file(path: path, problem: .unreadable(reason: error.localizedDescription)) }
        guard let mode = (attributes[.posixPermissions] as? NSNumber)?.uint32Value else {
            throw .file(path: path, problem: .unreadable(reason: "its permissions cannot be told"))
        }
        guard mode & forbidden == 0 else { throw .file(path: path, problem: .exposed(mode: mode)) }
    }
}
