/// A strong validator (RFC 9110 §8.8.3): equal tags mean equal octets.
package struct EntityTag: Hashable, Sendable {
    /// What stands between the quotes.
    package let opaque: String

    /// Takes characters that may stand between the quotes, such as hexadecimal digits.
    package init(opaque: String) {
        self.opaque = opaque
    }

    /// The header field's value, quoted.
    package var field: String { "\"\(opaque)\"" }

    /// Whether `If-None-Match` names this tag: `*`, or any of a list, weak or strong (the weak comparison, RFC 9110 §13.1.2).
    package func matches(anyOf conditions: [String]) -> Bool {
        conditions.contains { condition in
            condition.split(separator: ",").contains { candidate in
                let bare = candidate.drop { $0 == " " || $0 == "\t" }
                let end = bare.lastIndex { $0 != " " && $0 != "\t" }
                let tag = end.map { bare[...$0] } ?? ""
                return tag == "*" || tag == field || tag == "W/" + field
            }
        }
    }
}
