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
