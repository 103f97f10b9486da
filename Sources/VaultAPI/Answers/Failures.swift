import Access
import Authority
import HTTPFront
import HTTPTypes
import Issuance
import Ledger

extension APIFailure {
    /// The HTTP form of a use case's refusal, or of a credential's; nil for any other error.
    init?(refusal error: any Error) {
        switch error {
        case let error as AuthorityError: self.init(error)
        case AuthenticationFailure.ledger(let error): self.init(AuthorityError.ledger(error))
        case let failure as AuthenticationFailure: self.init(AuthorityError.access(failure.refusal ?? .tokenInvalid))
        default: return nil
        }
    }

    private init(_ error: AuthorityError) {
        var headers: HTTPFields = [:]
        if [.serviceUnavailable, .tooManyRequests].contains(error.httpStatus) { headers[.retryAfter] = error.retryAfter }
        self.init(error.httpStatus, code: error.code, summary: error.summary, remedy: error.remedy, headers: headers)
    }
}

extension AuthorityError {
    /// Vault's status for each refusal: 400 for what the request asks, 403 for who asks.
    fileprivate var httpStatus: HTTPResponse.Status {
        switch self {
        case .access(.policyUnknown): .badRequest
        case .access: .forbidden
        case .issuance: .badRequest
        case .signing: .internalServerError
        case .request(.alreadyIssued): .conflict
        case .request(.tooManyRefusals): .tooManyRequests
        case .request: .badRequest
        case .ledger(let error): error.httpStatus
        case .clock: .serviceUnavailable
        }
    }

    /// Seconds until it is worth trying again: a clock is set by a person, or slowly.
    fileprivate var retryAfter: String {
        switch self {
        case .clock, .request(.tooManyRefusals): "60"
        default: "2"
        }
    }
}

extension LedgerError {
    fileprivate var httpStatus: HTTPResponse.Status {
        switch self {
        case .unavailable, .draftNotRepeated: .serviceUnavailable
        case .corrupt, .serialNumberTaken: .internalServerError
        case .identitySuspended, .ticketSpent, .ticketExpired, .ticketRevoked, .ticketForOtherIdentity, .ticketOlderThanSuspension,
            .presentedUnknown, .presentedRevoked, .presentedExpired, .presentedForeign, .fork, .tokenUnknown:
            .forbidden
        case .identityUnknown: .notFound
        case .idempotencyKeyReused: .unprocessableContent
        case .organizationDiffers, .identityExists, .keyCompromised, .keyShared, .nameHeld, .certificateUnknown, .certificateExpired:
            .badRequest
        }
    }
}
