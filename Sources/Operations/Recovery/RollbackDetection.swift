import Foundation
import Logging

/// Places outside the ledger that say how far it once was: an old copy that was put back is detected by them.
package struct RollbackDetection: Sendable {
    let anchor: LedgerAnchor?
    /// Folders of the configuration with copies of published lists: one without any is passed over.
    let folders: [String]
    /// Folders that the operator named for this start: one without a list of this CA is an error.
    let namedFolders: [String]

    package init(anchor: LedgerAnchor?, folders: [String], namedFolders: [String]) {
        (self.anchor, self.folders, self.namedFolders) = (anchor, folders, namedFolders)
    }

    /// Reads the lists of all folders; those that do not count as evidence are logged.
    /// - Parameter others: further folders, passed over when there is no list in them.
    func lists(of opened: OpenedIssuers, and others: [String] = [], logger: Logger) throws(OperatorError) -> FoundLists {
        var found = FoundLists(opened)
        for folder in others + folders { try found.look(in: folder, mustHelp: false) }
        for folder in namedFolders { try found.look(in: folder, mustHelp: true) }
        for doubt in found.doubts { logger.warning("not taken as evidence", metadata: ["what": "\(doubt)"]) }
        return found
    }

    /// Refuses an anchor in the data directory: whoever puts an old copy of that back puts back the anchor, too.
    package func checkAnchor(isOutside directory: DataDirectory) throws(OperatorError) {
        guard let anchor = anchor?.path else { return }
        let folder = URL(fileURLWithPath: directory.path).resolvingSymlinksInPath().path
        let place = URL(fileURLWithPath: anchor).deletingLastPathComponent().resolvingSymlinksInPath().path
        guard place != folder, !place.hasPrefix("\(folder)/") else {
            throw OperatorError(
                summary: "the anchor \(anchor) lies in \(directory.path)", remedy: "put it on another disk, and set ledger.anchor")
        }
    }
}
