import Foundation

/// Marks by which a publisher sees, without reading them, that somebody else touched its files.
struct FileSignatures: Sendable, Equatable {
    private struct Signature: Sendable, Equatable {
        let inode: UInt64?
        let size: UInt64?
        let modified: Date?
    }

    private let signatures: [Signature]

    /// A file that cannot be looked at has the signature of no file.
    init(of names: [String], in directory: OutputDirectory) {
        signatures = names.map { name in
            let attributes: [FileAttributeKey: Any]
            do {
                attributes = try FileManager.default.attributesOfItem(atPath: directory.path + "/" + name)
            } catch {
                attributes = [:]
            }
            return Signature(
                inode: (attributes[.systemFileNumber] as? NSNumber)?.uint64Value, size: (attributes[.size] as? NSNumber)?.uint64Value,
                modified: attributes[.modificationDate] as? Date)
        }
    }
}
