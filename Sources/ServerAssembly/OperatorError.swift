import Authority
import DurableFiles
import HTTPFront
import Issuance
import KeyCustody
import Ledger
import PKI
import PolicyFiles

/// What an operator is told when a command of `ca-server` cannot go on: what, and what to do.
package struct OperatorError: Error, Sendable, CustomStringConvertible {
    package let summary: String
    package let remedy: String

    package init(summary: String, remedy: String) {
        self.summary = summary
        self.remedy = remedy
    }

    package var description: String { "\(summary) · remedy: \(remedy)" }

    private static func remedy(ofUnusableLedger why: String) -> String {
        if why.contains("another server") { return "stop the other server, or use another --data" }
        if why.contains("readonly") || why.contains("read-only") || why.contains("Permission denied") || why.contains("unable to open") {
            return
                "see that the user who runs this program owns DIR and ledger.sqlite* in it and may write them, and that the file system is not mounted read-only"
        }
        return "see that no other server uses it, and that the disk has space"
    }

    /// Gives any error of the rooms below its two sentences.
    init(_ error: any Error) {
        (summary, remedy) =
            switch error {
            case let error as OperatorError: (error.summary, error.remedy)
            case let error as ConfigurationError: (error.summary, error.remedy)
            case let error as KeyCustodyError: (error.summary, error.remedy)
            case let error as SealedStreamFault: (error.summary, error.remedy)
            case let error as PolicyFileError: (error.summary, error.remedy)
            case let error as FileFailure: (error.summary, error.remedy)
            case let error as IssuerFault: (error.summary, error.remedy)
            case let error as PublicationFault: (error.summary, error.remedy)
            case let error as SigningFault: (error.summary, "this is a fault of Signet or of a damaged key: report it")
            case let error as InvalidCertificate: (error.summary, error.remedy)
            case LedgerError.unavailable(let why):
                ("the ledger cannot be used: \(why)", Self.remedy(ofUnusableLedger: why))
            case LedgerError.corrupt(let why): ("the ledger is damaged: \(why)", "run ca-server verify; restore a good copy")
            case let error as LedgerError: (error.summary, error.remedy)
            case let error as AuthorityError: (error.summary, error.remedy)
            case let error as ListenFailure: (error.summary, error.remedy)
            case let error as UnusableServerIdentity: (error.summary, error.remedy)
            default: ("\(error)", "see the log")
            }
    }
}
