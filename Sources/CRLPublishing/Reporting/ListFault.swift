package import PKI

/// What is wrong with a list taken by itself.
package enum ListFault: Error, Sendable, Equatable {
    case empty
    case notAList(reason: String)
    /// Mbed TLS, OpenSSL or Java refuse a list with a critical extension, or misread it (a delta CRL's indicator is one).
    case criticalExtension
    case otherIssuerName
    case otherIssuerKey
    case badSignature
    case noNumber
    case noNextUpdate
    /// OpenSSL refuses every client while this lies in the future.
    case fromTheFuture(thisUpdate: UnixTime)
    /// Mosquitto refuses every client from then on.
    case expired(nextUpdate: UnixTime)
    /// The list is older than the index says: a stale cache, or the instant between two renames.
    case behindIndex(number: Int64, announced: Int64)
    /// A newer list came between index and list, or a cache keeps an older index.
    case aheadOfIndex(number: Int64, announced: Int64)
    case differsFromIndex(number: Int64)

    var summary: String {
        switch self {
        case .empty: "is empty"
        case .notAList(let reason): "cannot be read: \(reason)"
        case .criticalExtension: "has a critical extension"
        case .otherIssuerName: "carries another issuer's name"
        case .otherIssuerKey: "names another key than the issuer's (authorityKeyIdentifier)"
        case .badSignature: "has a bad signature"
        case .noNumber: "has no CRL number"
        case .noNextUpdate: "has no nextUpdate"
        case .fromTheFuture(let thisUpdate): "is from the future: thisUpdate \(thisUpdate)"
        case .expired(let nextUpdate): "has expired: nextUpdate \(nextUpdate)"
        case .behindIndex(let number, let announced): "has number \(number), but the index announces \(announced)"
        case .aheadOfIndex(let number, let announced): "has number \(number), and the index still announces \(announced)"
        case .differsFromIndex(let number): "has number \(number), but not the SHA-256 the index gives for it"
        }
    }

    var remedy: String {
        switch self {
        case .fromTheFuture: "check the clocks of this machine and of the CA"
        case .expired: "check the clock of this machine and why the CA makes no new list (the root's: `ca-server root crl`)"
        case .behindIndex, .aheadOfIndex, .differsFromIndex:
            "nothing, if it passes by itself; otherwise look for a cache between here and the CA"
        case .empty, .notAList, .criticalExtension, .otherIssuerName, .otherIssuerKey, .badSignature, .noNumber, .noNextUpdate:
            "find out what answers in the CA's place; the published list stays in use until its nextUpdate"
        }
    }
}

/// Why a genuine list may not replace the published one.
package enum SuccessionFault: Error, Sendable, Equatable {
    case olderNumber(Int64, published: Int64)
    case otherBytes(number: Int64)
    /// Of two lists with the same thisUpdate verifiers take the first they meet.
    case thisUpdateNotNewer(UnixTime, published: UnixTime)
    case otherKey
    /// A certificate that is known to be unexpired has left the list.
    case unexpiredVanished(serialNumber: String)
    /// The list says that it leaves out certificates that end before a time in the future.
    case unexpiredMayHaveVanished(serialNumber: String, completeFrom: UnixTime)
    /// An entry left the list before it was a day old.
    case youngVanished(serialNumber: String)
    case manyVanished(count: Int, published: Int)

    var summary: String {
        switch self {
        case .olderNumber(let number, let published): "goes back: number \(number) after \(published)"
        case .otherBytes(let number): "has the published number \(number), but other content"
        case .thisUpdateNotNewer(let thisUpdate, let published):
            "goes back in time: thisUpdate \(thisUpdate) after \(published)"
        case .otherKey: "is signed by another key than the published one"
        case .unexpiredVanished(let serialNumber): "has lost \(serialNumber), an issuing CA that has not expired"
        case .unexpiredMayHaveVanished(let serialNumber, let completeFrom):
            "has lost \(serialNumber), and leaves out what ends before \(completeFrom), which is in the future"
        case .youngVanished(let serialNumber): "has lost \(serialNumber), which was revoked less than a day ago"
        case .manyVanished(let count, let published): "has lost \(count) of \(published) entries at once"
        }
    }

    var remedy: String {
        switch self {
        case .olderNumber, .otherBytes, .thisUpdateNotNewer:
            "the CA was restored from a backup, cloned, or its clock went back: run `ca-server verify` there"
        case .otherKey: "give a re-keyed issuer a name of its own, or start with an empty --output directory"
        case .unexpiredMayHaveVanished:
            "compare this machine's clock with the CA's; a CA whose clock was ahead lists them again after a restart with the right one"
        case .unexpiredVanished, .youngVanished, .manyVanished:
            "run `ca-server verify` at the CA: revocations may be lost there"
        }
    }
}
