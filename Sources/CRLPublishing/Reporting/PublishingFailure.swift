package import DurableFiles
package import PKI

/// Why nothing new was published. The files in the output directory stay as they were in every case.
package enum PublishingFailure: Explained, Sendable, Equatable {
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

    /// What happened, with the offending value.
    package var summary: String {
        switch self {
        case .unreachable(let url, let reason): "no answer from \(url): \(reason)"
        case .unexpectedStatus(let url, let status): "\(url) answered \(status)"
        case .tooLarge(let url, let limit): "\(url) is larger than \(limit) octets"
        case .badIndex(let fault): "the index of the source \(fault.summary)"
        case .badIssuer(let name, let fault): "the certificate of issuer \(name) \(fault.summary)"
        case .badList(let issuer, let fault): "the CRL of issuer \(issuer) \(fault.summary)"
        case .mayNotReplace(let issuer, let fault): "the new CRL of issuer \(issuer) \(fault.summary)"
        case .issuerDisappeared(let name): "issuer \(name) was published before and is missing in the index of the source"
        case .auditHead(let fault): "the audit head of the source \(fault.summary)"
        case .badTrustAnchor(let path, let reason): "\(path) is no trust anchor: \(reason)"
        case .output(let failure): failure.summary
        case .outputBusy(let path): "another crl-publisher works on \(path)"
        }
    }

    /// What to do about it.
    package var remedy: String {
        switch self {
        case .unreachable: "check that the CA runs and that --source is its public address"
        case .unexpectedStatus: "check that --source is the CA's public address and that no proxy answers in its place"
        case .tooLarge: "check what answers at this address; a list of this size should be sharded"
        case .badIndex: "check that --source is the CA's public address, without a path"
        case .badIssuer(_, .outsideValidity): "check the clock of this machine, and renew the issuer if it has run out"
        case .badIssuer(_, .entryNotSigned):
            "update the CA's programs first: they sign the index since the version of this publisher; if they are of it, the index is forged"
        case .badIssuer(_, .entrySignedByAnother), .badIssuer(_, .rootUnderAnotherName), .badIssuer(_, .notTheRoot),
            .badIssuer(_, .keyHasName):
            "find out what answers in the CA's place: names were exchanged on the way"
        case .auditHead(let fault): fault.remedy
        case .badIssuer: "check that --trust is the root of this CA"
        case .badList(_, let fault): fault.remedy
        case .mayNotReplace(_, let fault): fault.remedy
        case .issuerDisappeared:
            "restore the issuer at the CA; its last list stays in use. If it was taken out on purpose, remove its files from the --output directory"
        case .badTrustAnchor: "give --trust the root's certificate as PEM: `ca-client trust --fingerprint …` fetches it"
        case .output(let failure): failure.remedy
        case .outputBusy: "stop the other one, or give this one an --output directory of its own"
        }
    }

    /// A closed set, for counters and status lines.
    package var kind: String {
        switch self {
        case .unreachable, .unexpectedStatus: "unreachable"
        case .tooLarge, .badIndex, .badIssuer, .badList: "invalid"
        case .mayNotReplace, .issuerDisappeared, .auditHead: "regression"
        case .badTrustAnchor, .output, .outputBusy: "local"
        }
    }
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

    var summary: String {
        switch self {
        case .notAnIndex(let reason): "cannot be read: \(reason)"
        case .badName(let name): "names an issuer \(String(reflecting: name))"
        case .nameTwice(let name): "names issuer \(name) twice"
        case .tooManyIssuers(let count): "names \(count) issuers"
        case .rootMissing: "does not name the trusted root"
        }
    }
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
    case outsideValidity(notBefore: UnixTime, notAfter: UnixTime)

    var summary: String {
        switch self {
        case .notACertificate(let reason): "cannot be read: \(reason)"
        case .notUnderRoot: "is not issued by the trusted root"
        case .notACA: "is not a CA's (basicConstraints)"
        case .maySignNoLists: "may not sign CRLs (keyUsage lacks cRLSign)"
        case .noKeyIdentifier: "has no subjectKeyIdentifier"
        case .rootUnderAnotherName: "is the trusted root's, whose name is root"
        case .notTheRoot: "is not the trusted root's"
        case .keyHasName(let name): "has the key of issuer \(name)"
        case .entryNotSigned: "did not sign its entry in the index"
        case .entrySignedByAnother: "did not sign this entry of the index: name, number or digest are not the issuer's"
        case .outsideValidity(let notBefore, let notAfter):
            "is valid only from \(notBefore) to \(notAfter)"
        }
    }
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

    var summary: String {
        switch self {
        case .malformed(let id): "is none: row \(id), or a hash that is not 64 hexadecimal digits"
        case .notSigned: "is not signed by an issuer of the index"
        case .wentBack(let id, let held): "goes back: row \(id) after \(held)"
        case .changed(let id): "has another hash for row \(id), which was seen before"
        }
    }

    var remedy: String {
        switch self {
        case .malformed, .notSigned: "find out what answers in the CA's place; lists are published all the same"
        case .wentBack, .changed:
            "run `ca-server verify --published` on this directory at the CA: its audit log was cut or rewritten, or somebody serves an old index"
        }
    }
}
