import Foundation

/// A directory whose files are named for settings and secrets, as container platforms mount them.
struct SecretsDirectory {
    private let path: String?
    private let names: Set<String>
    /// Files that are named for nothing we read.
    let unknown: [ConfigurationError]

    static var knownNames: [String] { Setting.all.map(\.name) + SealingSecretLocation.fileNames }

    /// No directory.
    static let none = SecretsDirectory(path: nil, names: [], unknown: [])

    private init(path: String?, names: Set<String>, unknown: [ConfigurationError]) {
        (self.path, self.names, self.unknown) = (path, names, unknown)
    }

    /// - Parameter path: nil when there is none.
    init(_ path: String?) throws(ConfigurationError) {
        guard let path else {
            self = .none
            return
        }
        let entries: [String]
        do { entries = try FileManager.default.contentsOfDirectory(atPath: path) } catch {
            throw .fileUnreadable(path: path, reason: error.localizedDescription)
        }
        // Kubernetes keeps its own entries here, all beginning with a dot.
        let visible = entries.filter { !$0.hasPrefix(".") }.sorted()
        let known = Self.knownNames
        self.init(
            path: path, names: Set(visible),
            unknown: visible.filter { !known.contains($0) }.map { .unknownSecretFile(path: "\(path)/\($0)", known: known) })
    }

    func path(of name: String) -> String? {
        guard let path, names.contains(name) else { return nil }
        return "\(path)/\(name)"
    }
}
