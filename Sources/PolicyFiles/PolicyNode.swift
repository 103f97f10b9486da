/// One value of a policy file with its line: what remains of YAML when tags, anchors and aliases are refused.
struct PolicyNode: Sendable {
    /// A name and its value.
    struct Field: Sendable {
        let name: String
        let line: Int
        let value: PolicyNode
    }

    /// What a value can be.
    indirect enum Content: Sendable {
        /// `plain` text was written without quotes: only that may stand for a number, a boolean or nothing.
        case text(String, plain: Bool)
        case list([PolicyNode])
        case fields([Field])
    }

    let line: Int
    let content: Content

    /// Nothing was written, or YAML's word for nothing.
    var isNull: Bool {
        guard case .text(let text, plain: true) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    /// What a person would call it, for error messages.
    var kind: String {
        switch content {
        case .text(let text, _): isNull ? "nothing" : "'\(text.prefix(80))'"
        case .list: "a list"
        case .fields: "a group of fields"
        }
    }
}
