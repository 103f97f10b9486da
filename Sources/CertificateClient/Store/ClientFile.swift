internal import DurableFiles
internal import Foundation
internal import Glibc

/// File operations with this client's errors. What is written lasts through a power cut.
package enum ClientFile {
    /// Replaces a file in one step: readers see the old one or the new one.
    package static func replace(_ bytes: [UInt8], at path: String, mode: UInt32) throws(ClientError) {
        do throws(FileFailure) { try DurableFile.replace(path, with: bytes, mode: mode) } catch { throw unwritable(path, error) }
    }

    /// - Returns: nil when there is no such file.
    package static func read(_ path: String, limit: Int) throws(ClientError) -> [UInt8]? {
        do throws(FileFailure) { return try DurableFile.read(path, limit: limit) } catch {
            if error.number == ENOENT { return nil }
            throw .file(path: path, problem: .unreadable(reason: error.summary))
        }
    }

    /// Whether something is there, of any kind.
    static func exists(_ path: String) -> Bool { DurableFile.exists(path) }

    /// Renames; an existing target is replaced.
    static func move(_ source: String, to target: String) throws(ClientError) {
        guard unsafe rename(source, target) == 0 else { throw failed("rename", target) }
    }

    /// Removes a file; it need not exist.
    static func remove(_ path: String) throws(ClientError) {
        guard unsafe unlink(path) == 0 || errno == ENOENT else { throw failed("unlink", path) }
    }

    /// Removes an empty directory; it need not exist.
    static func removeDirectory(_ path: String) throws(ClientError) {
        guard unsafe rmdir(path) == 0 || errno == ENOENT else { throw failed("rmdir", path) }
    }

    /// Names in a directory.
    static func entries(of directory: String) throws(ClientError) -> [String] {
        do { return try FileManager.default.contentsOfDirectory(atPath: directory) } catch {
            throw .file(path: directory, problem: .unreadable(reason: error.localizedDescription))
        }
    }

    /// Makes a directory and those above it; existing ones are left as they are.
    static func makeDirectory(_ path: String, mode: UInt32) throws(ClientError) {
        if unsafe mkdir(path, mode) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else { throw failed("mkdir", path) }
        try makeDirectory(String(path[..<slash]), mode: mode)
        guard unsafe mkdir(path, mode) == 0 || errno == EEXIST else { throw failed("mkdir", path) }
    }

    /// Makes renames and removals in a directory last.
    static func synchronize(directory: String) throws(ClientError) {
        do throws(FileFailure) { try DurableFile.synchronizeDirectory(of: directory + "/.") } catch {
            throw unwritable(directory, error)
        }
    }

    private static func failed(_ operation: String, _ path: String) -> ClientError {
        unwritable(path, FileFailure(operation: operation, path: path))
    }

    private static func unwritable(_ path: String, _ failure: FileFailure) -> ClientError {
        .file(path: path, problem: .unwritable(reason: failure.summary))
    }
}
