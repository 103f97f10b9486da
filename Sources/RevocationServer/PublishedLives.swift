import Foundation
import NIOCore
import Synchronization

/// Until when each published CRL is good, as `index.json` says.
final class PublishedLives: Sendable {
    private struct Known: Sendable {
        let stamp: FileStamp
        let issuers: [Issuer]
    }

    /// Of the index, only what a cache lifetime depends on; a newer index may say more.
    private struct Index: Decodable {
        let issuers: [Issuer]
    }

    /// One issuer's newest CRL.
    struct Issuer: Decodable, Sendable {
        let name: String
        /// Seconds since 1970.
        let nextUpdate: Int64
        /// Hexadecimal, of the DER.
        let sha256: String

        enum CodingKeys: String, CodingKey {
            case name
            case nextUpdate = "next_update"
            case sha256
        }
    }

    private let files: PublishedFiles
    private let known = Mutex<Known?>(nil)

    init(files: PublishedFiles) {
        self.files = files
    }

    /// The issuers of the newest index; none if it is missing or cannot be read, so that nothing is kept by a cache.
    func issuers() throws(UnreadableFile) -> [Issuer] {
        guard let file = try files.file(named: PublishedResource.index.fileName) else { return [] }
        if let known = known.withLock({ $0 }), known.stamp == file.stamp { return known.issuers }
        var issuers: [Issuer] = []
        do {
            issuers = try JSONDecoder().decode(Index.self, from: Data(file.content.readableBytesView)).issuers
        } catch {
            // The index is served all the same, and whoever needs it says what is wrong with it.
        }
        known.withLock { $0 = Known(stamp: file.stamp, issuers: issuers) }
        return issuers
    }
}
