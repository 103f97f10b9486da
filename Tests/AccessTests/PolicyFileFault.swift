import Testing

/// A text with a fault, and what is said about it.
struct PolicyFileFault: CustomTestStringConvertible {
    let testDescription: String
    let text: String
    let summary: String

    /// - Parameter summary: what follows the file's name.
    init(_ name: String, _ text: String, _ summary: String) {
        (testDescription, self.text, self.summary) = (name, text, "sample.yaml" + summary)
    }

    /// Enough for the rest to be the only fault.
    private static let head = "name: a\nttl: 24h\n"

    /// What YAML allows and a reader of fields does not.
    static let fields: [PolicyFileFault] = [
        .init("a missing field", "name: a\n", ":1: field 'ttl': missing"),
        .init("a field without a value", "name: a\nttl:\n", ":2: field 'ttl': has no value"),
        .init("an unknown field", head + "coutn: 3\n", ":3: field 'coutn': unknown field; did you mean 'count'?"),
        .init("an unknown field unlike any", head + "zebra: 3\n", ":3: field 'zebra': unknown field"),
        .init("a field given twice", head + "name: b\n", ":1: field 'name': given more than once"),
        .init("a word for a span", "name: a\nttl: soon\n", ":2: field 'ttl': expected a span of time, found 'soon'"),
        .init("a fraction of a day", "name: a\nttl: 1.5d\n", ":2: field 'ttl': expected a span of time, found '1.5d'"),
        .init("a line end in a value", "name: a\nttl: \"so\\non\"\n", #":2: field 'ttl': expected a span of time, found 'so\non'"#),
        .init("a span too short", "name: a\nttl: 299\n", ":2: field 'ttl': 299 is out of range"),
        .init("a span too long", "# long\nname: a\nttl: 31d\n", ":3: field 'ttl': 31d is out of range"),
        .init("a number in quotes", head + "count: '3'\n", ":3: field 'count': expected a whole number, found '3'"),
        .init("a number too large", head + "count: 11\n", ":3: field 'count': 11 is out of range"),
        .init(
            "a number beyond 64 bits", head + "count: 99999999999999999999\n",
            ":3: field 'count': expected a whole number, found '99999999999999999999'"),
        .init("yes for true", head + "on: yes\n", ":3: field 'on': expected true or false, found 'yes'"),
        .init("a word outside its set", head + "kind: devise\n", ":3: field 'kind': 'devise' is not accepted; did you mean 'device'?"),
        .init("text for a list", head + "tags: x\n", ":3: field 'tags': expected a list, found 'x'"),
        .init("a list for text", "name: [a]\nttl: 24h\n", ":1: field 'name': expected text, found a list"),
        .init("a list in a list", head + "tags:\n  - a\n  - [b]\n", ":5: field 'tags[1]': expected text, found a list"),
        .init("nothing in a list", head + "tags:\n  - a\n  -\n", ":5: field 'tags[1]': expected text, found nothing"),
        .init("a word twice", head + "usages:\n- clientAuth\n- clientAuth\n", ":5: field 'usages[1]': 'clientAuth' is given twice"),
        .init(
            "a field of a group", head + "limits:\n  connections: x\n", ":4: field 'limits.connections': expected a whole number, found 'x'"
        ),
        .init("an unknown field of a group", head + "limits:\n  connections: 1\n  other: 1\n", ":5: field 'limits.other': unknown field"),
        .init("a list for a group", head + "limits: [1]\n", ":3: field 'limits': expected a group of fields, found a list"),
        .init("a group without its field", head + "rules:\n- path: a\n- paht: b\n", ":5: field 'rules[1].path': missing"),
        .init(
            "text for a group in a list", head + "rules:\n- path: a\n- b\n", ":5: field 'rules[1]': expected a group of fields, found 'b'"),
    ]

    /// What the file as a whole must not be.
    static let documents: [PolicyFileFault] = [
        .init("an empty file", "", ": the file is empty"),
        .init("a comment alone", "# soon\n", ": the file is empty"),
        .init("a list at the top", "- a\n", ":1: expected fields, found a list"),
        .init("a text at the top", "a\n", ":1: expected fields, found 'a'"),
        .init("two documents", head + "---\nname: b\n", ":3: not accepted: but found another document"),
        .init("an anchor", "name: &n a\nttl: 24h\n", ":1: anchors and aliases are not accepted"),
        .init("an anchor in a list", head + "tags: [&n a]\n", ":3: anchors and aliases are not accepted"),
        .init("an alias of nothing", "name: *n\nttl: 24h\n", ":1: not accepted: found undefined alias"),
        .init("a tag", "name: a\nttl: !!int 300\n", ":2: the tag 'tag:yaml.org,2002:int' is not accepted"),
        .init("a tag of one's own on a group", head + "limits: !shell\n  connections: 1\n", ":3: the tag '!shell' is not accepted"),
        .init("a list as a field's name", "[a]: b\n", ":1: a field's name must be plain text"),
        .init("an open quote", "name: \"a\nttl: 24h\n", ":3: not valid YAML: found unexpected end of stream"),
        .init("a tab as indentation", "limits:\n\tconnections: 1\n", ":2: not valid YAML: found character that cannot start any token"),
        .init("a NUL", "name: \"\\0\"\nttl: 24h\n", ":1: the text contains a control character"),
        .init(
            "seventeen lists in each other", "name: " + String(repeating: "[", count: 17) + String(repeating: "]", count: 17),
            ":1: values are nested more than 16 deep"),
        .init(
            "a hundred thousand open brackets", "name: " + String(repeating: "[", count: 100_000), ":1: values are nested more than 16 deep"
        ),
        .init("a hundred thousand dashes", String(repeating: "- ", count: 100_000), ":1: values are nested more than 16 deep"),
        .init("257 KiB", "name: a\n" + String(repeating: "#", count: 257 * 1024), ": the file has 263176 bytes, more than 262144"),
    ]
}
