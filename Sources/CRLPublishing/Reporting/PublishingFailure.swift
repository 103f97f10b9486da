package import DurableFiles

/// Why nothing new was published. The files in the output directory stay as they were in every case.
package enum PublishingFailure: Error, Sendable, Equatable {
    /// The source gave no complete answer.
    case unreachable(url: String, reason: String)
    /// The source answered with something else than the document, such as a 404 or a redirect.
    case unexpectedStatus(url: String, status: Int)
    case tooLarge(url: String, limit: Int)
    case badIndex(IndexFault)
    case badIssuer(name: String, IssuerFault)
    case badList(issuer: String, ListFault)
    /// The list is genuine, but may not follow the one that is published.
    case mayNotReplace(issuer: String, SuccessionFault)
    /// An issuer that was published before is missing in the index.
    case issuerDisappeared(name: String)
    case auditHead(AuditHeadFault)
    case badTrustAnchor(path: String, reason: String)
    /// The output directory could not be read or written.
    case output(FileFailure)
    /// Another publisher works on the same directory.
    case outputBusy(path: String)
}

/// What is wrong with `/crl/index.json`.
package enum IndexFault: Sendable, Equatable {
    case notAnIndex(reason: String)
    /// The name cannot be a file name and a part of a URL.
    case badName(String)
    case nameTwice(String)
    case tooManyIssuers(Int)
    /// No issuer of the index is the trusted root, so a bundle could not serve verifiers that check the whole chain.
    case rootMissing
}

/// What is wrong with an issuer's certificate.
package enum IssuerFault: Error, Sendable, Equatable {
    case notACertificate(reason: String)
    /// The root neither is this certificate nor signed it.
    case notUnderRoot
    case notACA
    /// keyUsage lacks cRLSign: OpenSSL then refuses every client (error 35).
    case maySignNoLists
    case noKeyIdentifier
    /// The trusted root's certificate under a name that is not `root`.
    case rootUnderAnotherName
    /// Another CA's certificate under the name `root`.
    case notTheRoot
    /// The key stands in the index under another name already.
    case keyHasName(String)
    /// The index entry has no signature: the CA's program is older than this one, or the index was forged.
    case entryNotSigned
    /// The issuer's key did not sign the index entry, its name included.
    case entrySignedByAnother
    /// Seconds since 1970.
    case outsideValidity(notBefore: Int64, notAfter: Int64)
}

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
    /// Seconds since 1970. OpenSSL refuses every client while this lies in the future.
    case fromTheFuture(thisUpdate: Int64)
    /// Seconds since 1970. Mosquitto refuses every client from then on.
    case expired(nextUpdate: Int64)
    /// The list is older than the index says: a stale cache, or the instant between two renames.
    case behindIndex(number: Int64, announced: Int64)
    /// A newer list came between index and list, or a cache keeps an older index.
    case aheadOfIndex(number: Int64, announced: Int64)
    case differsFromIndex(number: Int64)
}

/// Why a genuine list may not replace the published one.
package enum SuccessionFault: Error, Sendable, Equatable {
    case olderNumber(Int64, published: Int64)
    case otherBytes(number: Int64)
    /// Seconds since 1970. Of two lists with the same thisUpdate verifiers take the first they meet.
    case thisUpdateNotNewer(Int64, published: Int64)
    case otherKey
    /// A certificate that is known to be unexpired has left the list.
    case unexpiredVanished(serialNumber: String)
    /// An entry left the list before it was a day old.
    case youngVanished(serialNumber: String)
    case manyVanished(count: Int, published: Int)
}

/// Why the audit head of the source was not taken. The lists are another matter: they are published all the same.
package enum AuditHeadFault: Error, Sendable, Equatable {
    /// The row number is negative, or the hash is not 64 hexadecimal digits.
    case malformed(id: Int64)
    /// No issuer of the index signed it.
    case notSigned
    /// The row number, or the time of the last recovery, is lower than one that was seen.
    case wentBack(id: Int64, held: Int64)
    /// A row that was seen has another hash now.
    case changed(id: Int64)
}
