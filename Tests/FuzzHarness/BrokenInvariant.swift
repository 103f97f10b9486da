/// What did not hold for an input.
struct BrokenInvariant: Error, CustomStringConvertible {
    let description: String
}

/// Throws when `condition` does not hold.
func require(_ condition: Bool, _ claim: @autoclosure () -> String) throws {
    guard condition else { throw BrokenInvariant(description: "does not hold: \(claim())") }
}

/// Throws when two readings of the same thing differ.
func requireEqual<Value: Equatable>(_ left: Value, _ right: Value, _ claim: String) throws {
    try require(left == right, "\(claim): \("\(left)".prefix(400)) and \("\(right)".prefix(400))")
}

/// Every refusal says what is wrong and what to do, in one line of bounded length without control characters.
func requireWords(summary: String, remedy: String) throws {
    for words in [summary, remedy] {
        try require(!words.isEmpty && words.utf8.count <= 4_096, "a refusal has words, and not too many: \(words.prefix(200))")
        try require(
            !words.unicodeScalars.contains { $0.properties.generalCategory == .control },
            "a refusal is one printable line: \(words.debugDescription)")
    }
}
