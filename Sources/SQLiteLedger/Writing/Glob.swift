/// A pattern for names: `*` stands for any run of characters, also an empty one, `?` for exactly one.
struct Glob: Sendable {
    private let pattern: [UnicodeScalar]

    /// Every text is a pattern.
    init(_ pattern: String) { self.pattern = Array(pattern.unicodeScalars) }

    /// Whether the whole text matches. Goes back to the last `*` only, so it takes at most pattern × text steps.
    func matches(_ text: String) -> Bool {
        let text = Array(text.unicodeScalars)
        var position = 0
        var next = 0
        var star: (position: Int, next: Int)?
        while next < text.count {
            if position < pattern.count, pattern[position] == "*" {
                star = (position, next)
                position += 1
            } else if position < pattern.count, pattern[position] == "?" || pattern[position] == text[next] {
                position += 1
                next += 1
            } else if let last = star {
                star = (last.position, last.next + 1)
                position = last.position + 1
                next = last.next + 1
            } else {
                return false
            }
        }
        return pattern[position...].allSatisfy { $0 == "*" }
    }
}
