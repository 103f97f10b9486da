package import Ledger

/// Who is asking, and from where.
package struct Principal: Sendable {
    package let credential: Credential
    /// The peer's address, without port.
    package let ipAddress: String
    package let userAgent: String

    /// What proved it.
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

    /// How the audit log and a certificate's requester name it.
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

    /// Whether it is good for one thing only, a ticket or a certificate: what refuses it once refuses it again.
    package var isBoundToOneUse: Bool {
        if case .anonymous = credential { false } else { actingToken == nil }
    }

    /// The token on whose behalf something is done; nil for tickets, whose claims the ledger judges by rules of their own.
    package var actingToken: Int64? { token.flatMap { $0.ticket == nil ? $0.id : nil } }

    /// The ticket's scope, if a ticket was presented.
    package var ticket: TicketScope? { token?.ticket }
}

extension Principal.Credential {
    /// A token by its accessor, for its display name is whatever its creator chose.
    var auditName: String {
        switch self {
        case .anonymous: "anonymous"
        case .token(let token): "\(token.ticket == nil ? "token" : "ticket"):\(token.accessor)"
        case .certificate(let certificate): "certificate:\(certificate.serialNumber)"
        }
    }
}
