package import Ledger

/// The sender of a request: credential, address and user agent.
package struct Principal: Sendable {
    package let credential: Credential
    /// The peer's address, without port.
    package let ipAddress: String
    package let userAgent: String

    /// The credential that proves it.
    package enum Credential: Sendable {
        case anonymous
        /// A token, or a ticket (then `ticket` is set).
        case token(TokenRecord)
        /// The TLS client certificate: issued by us, not revoked.
        case certificate(CertificateRecord)
    }

    /// False for a ticket that has expired or is spent: it may still ask for the certificate it has paid for, and nothing else.
    let isCurrent: Bool

    init(credential: Credential, isCurrent: Bool = true, ipAddress: String, userAgent: String) {
        self.credential = credential
        self.isCurrent = isCurrent
        self.ipAddress = ipAddress
        self.userAgent = userAgent
    }

    /// Its name in the audit log and as a certificate's requester.
    package var auditName: String { credential.auditName }

    /// Facts about the principal for the audit log: a token's display name.
    package var auditDetails: [String: String] {
        guard case .token(let token) = credential, token.ticket == nil else { return [:] }
        return ["principal_name": token.displayName]
    }

    /// The token or ticket presented, if any.
    package var token: TokenRecord? {
        if case .token(let token) = credential { token } else { nil }
    }

    /// True for a ticket or a certificate, which has one use only: a refusal would be repeated for the next request.
    package var isBoundToOneUse: Bool {
        if case .anonymous = credential { false } else { actingToken == nil }
    }

    /// The token that must be alive when the request is written; nil for tickets, whose claims the ledger judges by rules of their own.
    package var actingToken: Int64? { token.flatMap { $0.ticket == nil ? $0.id : nil } }

    /// The ticket's scope, if a ticket was presented.
    package var ticket: TicketScope? { token?.ticket }
}

extension Principal.Credential {
    /// Names a token by its accessor, since its creator chose its display name.
    package var auditName: String {
        switch self {
        case .anonymous: "anonymous"
        case .token(let token): "\(token.ticket == nil ? "token" : "ticket"):\(token.accessor)"
        case .certificate(let certificate): "certificate:\(certificate.serialNumber)"
        }
    }
}
