import PKI
import Testing

/// Patterns of tickets.
@Suite struct GlobTests {
    @Test(arguments: [
        ("", "", true), ("", "a", false), ("*", "", true), ("*", "anything", true), ("**", "x", true), ("?", "", false), ("?", "ü", true),
        ("??", "a", false), ("abc", "abc", true), ("abc", "ABC", false), ("abc", "abcd", false), ("abcd", "abc", false),
        ("a*", "abc", true), ("*c", "abc", true), ("a*c", "ac", true), ("a*c", "acb", false), ("a*b*c", "a-b-b-c", true),
        ("*ab", "aab", true), ("a?c*", "abcd", true), ("dev-*-?", "dev-1-2-x", true), ("dev-*-?", "dev--", false), ("[a]", "a", false),
        ("a.c", "abc", false),
    ])
    func `a star stands for any run, a question mark for one character`(_ pattern: String, _ text: String, _ matches: Bool) {
        #expect(glob(pattern, matches: text) == matches)
    }

    @Test func `many stars do not take forever`() {
        #expect(!glob(String(repeating: "*a", count: 200) + "b", matches: String(repeating: "a", count: 2000)))
    }
}
