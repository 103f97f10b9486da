import PKI
import Testing

@Suite struct VisibleTests {
    static let invisible: [(name: String, scalar: Unicode.Scalar, shown: String)] = [
        ("NUL", "\u{0}", "U+0000"), ("line feed", "\n", "U+000A"), ("delete", "\u{7F}", "U+007F"), ("next line", "\u{85}", "U+0085"),
        ("no-break space", "\u{A0}", "U+00A0"), ("soft hyphen", "\u{AD}", "U+00AD"), ("grapheme joiner", "\u{34F}", "U+034F"),
        ("hangul filler", "\u{115F}", "U+115F"), ("zero-width space", "\u{200B}", "U+200B"), ("line separator", "\u{2028}", "U+2028"),
        ("right-to-left override", "\u{202E}", "U+202E"), ("isolate", "\u{2066}", "U+2066"), ("braille blank", "\u{2800}", "U+2800"),
        ("ideographic space", "\u{3000}", "U+3000"), ("private use", "\u{E000}", "U+E000"), ("variation selector", "\u{FE0F}", "U+FE0F"),
        ("byte order mark", "\u{FEFF}", "U+FEFF"), ("noncharacter", "\u{FFFE}", "U+FFFE"), ("tag", "\u{E0041}", "U+E0041"),
        ("variation selector 17", "\u{E0100}", "U+E0100"), ("unassigned", "\u{E1000}", "U+E1000"),
    ]

    @Test(arguments: invisible) func `a character that nobody sees is found and escaped`(
        name: String, scalar: Unicode.Scalar, shown: String
    ) {
        let text = "a\(Character(scalar))b"
        #expect(firstInvisible(in: text) == shown)
        #expect(firstInvisible(in: visible(text)) == nil)
    }

    @Test(arguments: ["Acme, Inc.", "Müller & Söhne", "株式会社", "Ελλάδα", "e\u{301}", "🔧", ""])
    func `what can be seen stays as it is`(text: String) {
        #expect(firstInvisible(in: text) == nil)
        #expect(visible(text) == text && visibleJSON(text) == text)
    }

    @Test func `JSON keeps its lines and its meaning, and shows the rest`() {
        #expect(visibleJSON("{\n  \"a\" : \"x\u{202E}y\u{E0041}\"\n}") == "{\n  \"a\" : \"x\\u202ey\\udb40\\udc41\"\n}")
    }
}
