package import Foundation

/// A directory of its own for one test, removed when the last reference to it goes.
package final class TemporaryDirectory: Sendable {
    package let url: URL

    /// Readable by its owner only, as a CA's data directory is.
    package init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("signet-" + UUID().uuidString)
        try FileManager.default.createDirectory(
            at: url, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    }

    deinit {
        do {
            try FileManager.default.removeItem(at: url)
        } catch {
            print("left behind: \(url.path) (\(error))")
        }
    }

    /// The path of the directory itself.
    package var path: String { url.path }

    /// The path of an entry of this name, which need not exist.
    package func path(_ name: String) -> String { url.appendingPathComponent(name).path }

    /// Writes a file, below folders that are made for it, and returns its path.
    @discardableResult
    package func write(_ bytes: [UInt8], to name: String) throws -> String {
        let folder = url.appendingPathComponent(name).deletingLastPathComponent()
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(bytes).write(to: url.appendingPathComponent(name))
        return path(name)
    }

    /// Writes a file and returns its path.
    @discardableResult
    package func write(_ text: String, to name: String) throws -> String {
        try write(Array(text.utf8), to: name)
    }

    /// The octets of a file.
    package func read(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: url.appendingPathComponent(name)))
    }

    /// Removes a file.
    package func remove(_ name: String) throws {
        try FileManager.default.removeItem(at: url.appendingPathComponent(name))
    }

    /// The text of a file.
    package func text(_ name: String) throws -> String {
        String(decoding: try read(name), as: UTF8.self)
    }
}
