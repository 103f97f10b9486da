package import Access
package import Issuance
package import Ledger
import PKI

/// Refusals and failures of a use case. Front ends map them to their protocol in one exhaustive switch.
package enum AuthorityError: Coded, Sendable, Equatable {
    case access(AccessRefusal)
    case issuance(IssuanceRefusal)
    case signing(SigningFault)
    case ledger(LedgerError)
    case request(RequestRefusal)
    case clock(ClockFault)
}

/// Refusals of a request that neither policies nor profiles decide.
package enum RequestRefusal: Coded, Sendable, Equatable {
    case unknownReason(String)
    case malformed(field: String, problem: String)
    case keyTypeNotMade(String)
    case tokenNotRenewable
    case limitedTokenCreates
    case alreadyIssued(serial: String)
    case certificateDiffers(serial: String)
    /// A credential that has ended was presented more often in this minute than a mistake explains.
    case tooManyRefusals(limit: Int)

    /// Stable, snake_case.
    package var code: String {
        switch self {
        case .unknownReason: "unknown_reason"
        case .malformed: "malformed_request"
        case .keyTypeNotMade: "key_type_not_made"
        case .tokenNotRenewable: "token_not_renewable"
        case .limitedTokenCreates: "limited_token"
        case .alreadyIssued: "already_issued"
        case .certificateDiffers: "certificate_differs"
        case .tooManyRefusals: "too_many_refusals"
        }
    }

    /// The fault in words.
    package var summary: String {
        switch self {
        case .unknownReason(let name): "'\(name.prefix(80))' is not a revocation reason that this CA records"
        case .malformed(let field, let problem): "field '\(field)': \(problem)"
        case .keyTypeNotMade(let type): "keys of type '\(type.prefix(40))' are not made here for this profile"
        case .tokenNotRenewable: "the token cannot be renewed"
        case .alreadyIssued(let serial): "this request was answered before, with certificate \(serial); its private key was not kept"
        case .limitedTokenCreates: "a token with a limited number of uses cannot create others"
        case .tooManyRefusals(let limit): "this credential was refused \(limit) times within a minute"
        case .certificateDiffers(let serial): "the certificate sent is not the one recorded as \(serial)"
        }
    }

    /// The next step in words.
    package var remedy: String {
        switch self {
        case .unknownReason:
            "use one of \(RevocationReason.allCases.map(\.name).joined(separator: ", ")); certificateHold and removeFromCRL are not offered, because they can be undone"
        case .malformed: "correct the field"
        case .keyTypeNotMade: "leave key_type out, or make the key yourself and use sign"
        case .tokenNotRenewable: "create a token with renewable=true"
        case .alreadyIssued: "issue again with a new Idempotency-Key, or make the key yourself and use sign"
        case .limitedTokenCreates: "use a token without num_uses"
        case .certificateDiffers: "send the serial number alone"
        case .tooManyRefusals: "wait a minute, and do what the refusals said: asking again changes nothing"
        }
    }
}

extension AuthorityError {
    private var reason: any Coded {
        switch self {
        case .access(let refusal): refusal
        case .issuance(let refusal): refusal
        case .signing(let fault): fault
        case .ledger(let error): error
        case .request(let refusal): refusal
        case .clock(let fault): fault
        }
    }

    /// The reason's own.
    package var code: String { reason.code }
    /// The reason's own.
    package var summary: String { reason.summary }
    /// The reason's own.
    package var remedy: String { reason.remedy }
    /// The reason's own.
    package var operatorText: (summary: String, remedy: String) { reason.operatorText }

    var auditResult: AuditResult {
        switch self {
        case .ledger(.fork): .fork
        case .ledger(.unavailable), .ledger(.corrupt), .ledger(.serialNumberTaken), .signing, .clock: .failed
        case .access, .issuance, .ledger, .request: .refused
        }
    }
}
