import Foundation
import TestKit

extension TemporaryDirectory {
    /// Writes a file with exact permission bits and gives its path.
    func file(_ name: String, _ content: String, mode: Int = 0o600) throws -> String {
        try write(content, to: name)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path(name))
        return path(name)
    }

    /// The permission bits of a file.
    func mode(of name: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path(name))[.posixPermissions] as? Int
    }

    /// Everything in the directory.
    var names: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() } }
}
