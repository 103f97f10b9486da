package import PKI

/// A change that others must hear of, written in the transaction that made it.
package struct OutboxEvent: Sendable, Equatable {
    /// Rises by one from event to event; none is used twice.
    package var id: Int64
    /// Seconds since 1970.
    package var date: UnixTime
    package var content: Content

    /// The change.
    package enum Content: Sendable, Equatable {
        /// A certificate was revoked; its identity is nil when a recovery brought the revocation back, and the ledger lacks the certificate.
        case revocation(SerialNumber, issuer: String, identity: IdentityName?)
        case suspension(IdentityName)
    }

    package init(id: Int64, date: UnixTime, content: Content) {
        self.id = id
        self.date = date
        self.content = content
    }

    /// The issuer whose CRL changes; nil when none does.
    package var issuer: String? {
        switch content {
        case .revocation(_, let issuer, _): issuer
        case .suspension: nil
        }
    }
}

/// The row that an event is about.
package struct EventSubject: Sendable, Equatable {
    /// The kinds of event, as the column `kind` names them.
    package enum Kind: String, Sendable {
        case revocation, suspension
    }

    package let kind: Kind
    /// The revocation's sequence, or the id of the suspended identity.
    package let row: Int64

    package init(_ kind: Kind, row: Int64) {
        self.kind = kind
        self.row = row
    }
}
