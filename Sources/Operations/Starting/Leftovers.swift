import DurableFiles
package import Logging

/// Temporary files of programs that were killed. A start removes them: the ledger is ours then, and no restore is under way.
package enum Leftovers {
    package static func remove(from directory: DataDirectory, anchor: LedgerAnchor?, logger: Logger) throws {
        for folder in [directory.published, directory.issuers] { try DurableFile.removeLeftovers(in: folder) }
        for path in [directory.adminToken, directory.restoredMark, directory.issuerList, "\(directory.path)/.probe"] {
            try DurableFile.removeLeftovers(of: path)
        }
        try Restore.removeLeftovers(in: directory)
        guard let anchor else { return }
        do { try DurableFile.removeLeftovers(of: anchor.path) } catch {
            // Its place may be away for now, which its own alarm says; the CA serves without.
            logger.warning("not tidied beside the anchor", metadata: ["reason": "\(error)"])
        }
    }
}
