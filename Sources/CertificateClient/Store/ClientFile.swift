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
