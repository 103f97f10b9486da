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

    /// Nobody: reads that need no credential, and refusals of those who showed none.
    package static func anonymous(ipAddress: String, userAgent: String) -> Principal {
        Principal(credential: .anonymous, ipAddress: ipAddress, userAgent: userAgent)
    }

    /// How the audit log names it.
    package var auditName: String {
        switch credential {
        case .anonymous: "anonymous"
        case .token(let token): token.ticket == nil ? "token:\(token.displayName)" : "ticket:\(token.accessor)"
        case .certificate(let certificate): "certificate:\(certificate.serialNumber)"
        }
    }

    /// The token or ticket presented, if any.
    package var token: TokenRecord? {
        if case .token(let token) = credential { token } else { nil }
    }

    /// The ticket's scope, if a ticket was presented.
    package var ticket: TicketScope? { token?.ticket }
}
