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
