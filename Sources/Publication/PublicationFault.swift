package import DurableFiles
package import Issuance
package import Ledger
package import PKI

/// Reasons why a CRL was not published. The old one stays.
package enum PublicationFault: Explained, Sendable, Equatable {
    case ledger(LedgerError)
    case signing(SigningFault)
    case file(FileFailure)
    case unreadable(file: String, String)
    /// thisUpdate would be in the future: every OpenSSL client would be refused.
    case clockWentBack(lastThisUpdate: UnixTime, now: UnixTime)
    /// The ledger does not know a revocation that the published CRL lists.
    case forgotten(issuer: String, SerialNumber)
    /// The published CRL has a number that the ledger has not reached.
    case numberBehind(issuer: String, published: Int64, reserved: Int64)

    /// The fault in words.
    package var summary: String {
        switch self {
        case .ledger(let error): error.summary
        case .signing(let fault): fault.operatorText.summary
        case .file(let failure): failure.summary
        case .unreadable(let file, let why): "\(file) cannot be read: \(why)"
        case .clockWentBack(let last, let now):
            "the clock went back: the last CRL says \(last), it is \(now)"
        case .forgotten(let issuer, let serial): "the published CRL of \(issuer) lists \(serial), which the ledger does not know as revoked"
        case .numberBehind(let issuer, let published, let reserved):
            "the published CRL of \(issuer) has number \(published), the ledger is at \(reserved)"
        }
    }

    /// The next step in words.
    package var remedy: String {
        switch self {
        case .ledger(let error): error.remedy
        case .signing: "see the log; the issuer's key or certificate may be damaged"
        case .file(let failure): failure.remedy
        case .unreadable: "move the file away; it is made again from the ledger"
        case .clockWentBack: "set the clock right; publication goes on by itself"
        case .forgotten, .numberBehind: "the ledger is older than what it published: restore the newest copy of it"
        }
    }

    /// With the cause of the ledger's fault.
    package var operatorText: (summary: String, remedy: String) {
        if case .ledger(let error) = self { error.operatorText } else { (summary, remedy) }
    }
}
