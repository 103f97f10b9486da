import Foundation

extension TemporaryDirectory {
    /// Writes a file with exact permission bits, makes the directory its name begins with, and gives its path.
    package func file(_ name: String, _ content: String, mode: Int = 0o600) throws -> String {
        let parent = url.appendingPathComponent(name).deletingLastPathComponent()
        try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
        try write(content, to: name)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path(name))
        return path(name)
    }
}
