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
