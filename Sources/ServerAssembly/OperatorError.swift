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
                ("the ledger cannot be used: \(why)", "see that no other server uses it, and that the disk has space")
            case LedgerError.corrupt(let why): ("the ledger is damaged: \(why)", "run ca-server verify; restore a good copy")
            case let error as LedgerError: (error.summary, error.remedy)
            case let error as AuthorityError: (error.summary, error.remedy)
            case let error as ListenFailure: (error.summary, error.remedy)
            case let error as UnusableServerIdentity: (error.summary, error.remedy)
            default: ("\(error)", "see the log")
            }
    }
}
