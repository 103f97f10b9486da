package import APISchema
import DurableFiles
import Foundation

/// A note outside the data directory of how far the ledger is: what `index.json` says, where nobody restores it together with the ledger.
package struct LedgerAnchor: Sendable {
    package let path: String

    package init(path: String) { self.path = path }

    /// nil when there is none yet.
    package func read() throws(OperatorError) -> PublishedIndex? {
        do {
            guard let octets = try DurableFile.readIfPresent(path, limit: 1 << 20) else { return nil }
            return try JSONDecoder().decode(PublishedIndex.self, from: Data(octets))
        } catch let failure as FileFailure {
            throw OperatorError(failure)
        } catch {
            throw OperatorError(
                summary: "the anchor \(path) cannot be read: \(error)", remedy: "restore the file; without it an old ledger may pass unseen"
            )
        }
    }

    /// Replaces the note whole.
    package func write(_ index: PublishedIndex) throws(OperatorError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        do { try DurableFile.replace(path, with: Array(try encoder.encode(index)) + [0x0A], mode: 0o644) } catch {
            throw OperatorError(error)
        }
    }
}
