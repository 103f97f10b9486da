internal import DurableFiles

/// Reads files that hold secrets, after looking at who else may read them.
enum SecretFile {
    /// A token or ticket.
    /// - Returns: the text without surrounding white space.
    static func read(_ path: String) throws(ClientError) -> Secret {
        let bytes = try bytes(path) { $0.isClosed }
        let text = String(decoding: bytes, as: UTF8.self)
        let start = text.firstIndex { !$0.isWhitespace } ?? text.endIndex
        let end = text.lastIndex { !$0.isWhitespace }.map { text.index(after: $0) } ?? start
        return try Secret(String(text[start..<end]), source: path)
    }

    /// - Parameter isClosed: whether nobody else can read the file. A pipe is its reader's alone.
    static func bytes(_ path: String, isClosed: (FilePermissions) -> Bool) throws(ClientError) -> [UInt8] {
        try check(path, isClosed: isClosed)
        guard let bytes = try ClientFile.read(path, limit: 1 << 16) else { throw .file(path: path, problem: .missing) }
        return bytes
    }

    /// Follows symbolic links: what counts is who may read the secret itself.
    static func check(_ path: String, isClosed: (FilePermissions) -> Bool) throws(ClientError) {
        guard let permissions = FilePermissions(of: path) else {
            guard ClientFile.exists(path) else { throw .file(path: path, problem: .missing) }
            throw .file(
                path: path, problem: .unreadable(reason: "its permissions cannot be told", remedy: "check the permissions of its directory")
            )
        }
        guard isClosed(permissions) else { throw .file(path: path, problem: .exposed(mode: permissions.mode)) }
    }
}

extension FilePermissions {
    /// A key's: not everybody's. A broker may read it through its group.
    var isNotForEverybody: Bool { mode & 0o007 == 0 }
}
