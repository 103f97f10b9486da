import DurableFiles
import PKI

extension PublishingFailure {
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
            "restore the issuer at the CA; its last list stays in use. If it was retired on purpose, remove its files from the --output directory"
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

extension IndexFault {
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

extension IssuerFault {
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
            "is valid only from \(Timestamp.rfc3339(notBefore)) to \(Timestamp.rfc3339(notAfter))"
        }
    }
}

extension ListFault {
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
        case .fromTheFuture(let thisUpdate): "is from the future: thisUpdate \(Timestamp.rfc3339(thisUpdate))"
        case .expired(let nextUpdate): "has expired: nextUpdate \(Timestamp.rfc3339(nextUpdate))"
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

extension SuccessionFault {
    var summary: String {
        switch self {
        case .olderNumber(let number, let published): "goes back: number \(number) after \(published)"
        case .otherBytes(let number): "has the published number \(number), but other content"
        case .thisUpdateNotNewer(let thisUpdate, let published):
            "goes back in time: thisUpdate \(Timestamp.rfc3339(thisUpdate)) after \(Timestamp.rfc3339(published))"
        case .otherKey: "is signed by another key than the published one"
        case .unexpiredVanished(let serialNumber): "has lost \(serialNumber), an issuing CA that has not expired"
        case .youngVanished(let serialNumber): "has lost \(serialNumber), which was revoked less than a day ago"
        case .manyVanished(let count, let published): "has lost \(count) of \(published) entries at once"
        }
    }

    var remedy: String {
        switch self {
        case .olderNumber, .otherBytes, .thisUpdateNotNewer:
            "the CA was restored from a backup, cloned, or its clock went back: run `ca-server verify` there"
        case .otherKey: "give a re-keyed issuer a name of its own, or start with an empty --output directory"
        case .unexpiredVanished, .youngVanished, .manyVanished:
            "run `ca-server verify` at the CA: revocations may be lost there"
        }
    }
}

extension AuditHeadFault {
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
