internal import DurableFiles
internal import Glibc

/// File operations with this client's errors. What is written lasts through a power cut.
package enum ClientFile {
    /// Replaces a file in one step: readers see the old one or the new one. Links are followed, and the permissions of what was there are kept.
    package static func replace(_ bytes: [UInt8], at path: String, mode: UInt32) throws(ClientError) {
        try writing(path) { () throws(FileFailure) in try DurableFile.replace(path, with: bytes, mode: mode) }
    }

    /// - Returns: nil when there is no such file.
    package static func read(_ path: String, limit: Int) throws(ClientError) -> [UInt8]? {
        do throws(FileFailure) { return try DurableFile.readIfPresent(path, limit: limit) } catch {
            throw .file(path: path, problem: .unreadable(reason: error.summary, remedy: error.remedy))
        }
    }

    /// Whether something is there, of any kind.
    static func exists(_ path: String) -> Bool { DurableFile.exists(path) }

    /// Removes a file; it need not exist.
    static func remove(_ path: String) throws(ClientError) {
        try writing(path) { () throws(FileFailure) in
            guard unsafe unlink(path) == 0 || errno == ENOENT else { throw FileFailure(operation: "unlink", path: path) }
        }
    }

    /// Names in a directory.
    static func entries(of directory: String) throws(ClientError) -> [String] {
        do throws(FileFailure) { return try DurableFile.names(in: directory) } catch {
            throw .file(path: directory, problem: .unreadable(reason: error.summary, remedy: error.remedy))
        }
    }

    /// Makes a directory and those above it; existing ones are left as they are.
    static func makeDirectory(_ path: String, mode: UInt32) throws(ClientError) {
        try writing(path) { () throws(FileFailure) in try DurableFile.makeDirectories(path, mode: mode) }
    }

    /// Gives a failure to write this client's words.
    static func writing<Value>(_ path: String, _ body: () throws(FileFailure) -> Value) throws(ClientError) -> Value {
        do throws(FileFailure) { return try body() } catch {
            throw .file(path: path, problem: .unwritable(reason: error.summary, remedy: error.remedy))
        }
    }
}

/// Reads files that hold secrets, after looking at who else may read them.
enum SecretFile {
    /// A token or ticket.
    /// - Parameter orOutOfReach: whether a file with too open a mode will do in a directory that nobody else can enter.
    /// - Returns: the text without surrounding white space.
    static func read(_ path: String, orOutOfReach: Bool) throws(ClientError) -> Secret {
        let isOutOfReach = orOutOfReach && DurableFile.isOutOfReach(path)
        try check(path) { $0.isClosed || isOutOfReach }
        if !isOutOfReach, let permissions = FilePermissions(of: path), !permissions.isMeant, !FileDestination.isHandedOver(path) {
            throw .file(path: path, problem: .foreign(owner: permissions.owner))
        }
        let bytes = try content(path)
        let text = String(decoding: bytes, as: UTF8.self)
        let start = text.firstIndex { !$0.isWhitespace } ?? text.endIndex
        let end = text.lastIndex { !$0.isWhitespace }.map { text.index(after: $0) } ?? start
        return try Secret(String(text[start..<end]), source: path)
    }

    /// - Parameter isClosed: whether nobody else can read the file. A pipe is its reader's alone.
    static func bytes(_ path: String, isClosed: (FilePermissions) -> Bool) throws(ClientError) -> [UInt8] {
        try check(path, isClosed: isClosed)
        return try content(path)
    }

    private static func content(_ path: String) throws(ClientError) -> [UInt8] {
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
