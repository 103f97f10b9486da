import Foundation
import HTTPFront
import NIOCore
import PKI
import Synchronization

/// The nextUpdate of each published CRL, from `index.json`.
final class CRLExpiryIndex: Sendable {
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
        let nextUpdate: UnixTime
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
        guard let file = try files.file(named: PublishedResource.index.fileName), case .memory(let octets) = file.content else { return [] }
        if let known = known.withLock({ $0 }), known.stamp == file.stamp { return known.issuers }
        var issuers: [Issuer] = []
        do {
            issuers = try JSONDecoder().decode(Index.self, from: Data(octets.readableBytesView)).issuers
        } catch {
            // The index is served all the same, and whoever needs it says what is wrong with it.
        }
        known.withLock { $0 = Known(stamp: file.stamp, issuers: issuers) }
        return issuers
    }

    /// What the index says of an issuer's CRL; nil if it does not speak of this version of it.
    func issuer(_ name: String, of file: PublishedFile) throws(UnreadableFile) -> Issuer? {
        guard let issuer = try issuers().first(where: { $0.name == name }) else { return nil }
        switch file.content {
        case .memory: return EntityTag(opaque: issuer.sha256.lowercased()) == file.entityTag ? issuer : nil
        // Written after the list, or of an older one: then the list is good for longer.
        case .disk: return try isIndexNewer(than: file) ? issuer : nil
        }
    }

    private func isIndexNewer(than file: PublishedFile) throws(UnreadableFile) -> Bool {
        guard let index = try files.file(named: PublishedResource.index.fileName)?.stamp else { return false }
        return (index.modifiedSeconds, index.modifiedNanoseconds) >= (file.stamp.modifiedSeconds, file.stamp.modifiedNanoseconds)
    }
}
