package import PKI

/// Conditions for certificates in a search; every set field must match.
package struct CertificateFilter: Sendable, Equatable {
    package var profile: String?
    /// One of these profiles: those that the searcher may see; nil: any.
    package var profiles: Set<String>?
    package var issuer: String?
    package var organization: String?
    /// The organizational unit.
    package var type: String?
    /// The common name, exactly.
    package var commonName: String?
    /// Substring of the common name or of any subject alternative name.
    package var name: String?
    package var state: State?
    /// Certificates whose notAfter is before this time.
    package var expiresBefore: UnixTime?

    /// A certificate's state at the time of the search.
    package enum State: String, Sendable, CaseIterable { case active, expired, revoked }

    package init(
        profile: String? = nil, issuer: String? = nil, organization: String? = nil, type: String? = nil,
        commonName: String? = nil, name: String? = nil, state: State? = nil, expiresBefore: UnixTime? = nil
    ) {
        self.profile = profile
        self.issuer = issuer
        self.organization = organization
        self.type = type
        self.commonName = commonName
        self.name = name
        self.state = state
        self.expiresBefore = expiresBefore
    }
}

/// A page of a list. A page may be short, or empty, and yet not the last: no page costs more than looking at so many rows.
package struct LedgerPage<Element: Sendable & Equatable, Mark: Sendable & Equatable>: RandomAccessCollection, Sendable, Equatable {
    package var rows: [Element]
    /// The mark at which the next page begins; nil on the last page.
    package var next: Mark?

    package init(_ rows: [Element], next: Mark?) {
        self.rows = rows
        self.next = next
    }

    package var startIndex: Int { rows.startIndex }
    package var endIndex: Int { rows.endIndex }

    package subscript(position: Int) -> Element { rows[position] }
}

/// The ids that one page of a search looks at, newest first: below `end` and above `start`.
package struct PageWindow: Equatable, Sendable {
    package let start: Int64
    package let end: Int64

    /// Ids begin with 1: a `before` of 1 or less gives an empty page, and no arithmetic overflows.
    /// - Parameters:
    ///   - before: as the client wrote it; any number.
    ///   - newest: the last id there is.
    ///   - width: how many ids a page looks at; nil for all.
    package init(before: Int64?, newest: Int64, width: Int64?) {
        let end = max(0, min(before ?? .max, newest + 1))
        start = width.map { max(0, end - 1 - $0) } ?? 0
        self.end = end
    }
}
