extension PolicyMapping {
    /// A list of texts; it may be empty, but must be written.
    package mutating func strings(_ field: String) throws(PolicyFileError) -> [String] {
        guard let texts = try optionalStrings(field) else { return try missing(field, instead: []) }
        return texts
    }

    /// A list of texts, or nil when the field was not written.
    package mutating func optionalStrings(_ field: String) throws(PolicyFileError) -> [String]? {
        guard let elements = try list(field) else { return nil }
        var texts: [String] = []
        for (index, element) in elements.enumerated() {
            guard case .text(let text, _) = element.content, !element.isNull else {
                try refuse(fault(field, element: index, "expected text, found \(element.kind)", remedy: "write one text an element"))
                continue
            }
            texts.append(text)
        }
        return texts
    }

    /// A list of words from a closed set, each at most once.
    package mutating func anyOf(_ field: String, _ words: [String]) throws(PolicyFileError) -> [String] {
        guard let chosen = try optionalAnyOf(field, words) else { return try missing(field, instead: words) }
        return chosen
    }

    /// A list of words from a closed set, each at most once, or nil when the field was not written.
    package mutating func optionalAnyOf(_ field: String, _ words: [String]) throws(PolicyFileError) -> [String]? {
        guard let chosen = try optionalStrings(field) else { return nil }
        for (index, word) in chosen.enumerated() {
            guard words.contains(word) else {
                let guess = closestName(to: word, among: words).map { "; did you mean '\($0)'?" } ?? ""
                let remedy = "choose from \(words.joined(separator: ", "))"
                try refuse(fault(field, element: index, "'\(word.prefix(80))' is not accepted\(guess)", remedy: remedy))
                continue
            }
            guard chosen.firstIndex(of: word) == index else {
                try refuse(fault(field, element: index, "'\(word)' is given twice", remedy: "keep one of them"))
                continue
            }
        }
        return chosen
    }

    /// A group of fields inside this one; finish it on its own.
    package mutating func mapping(_ field: String) throws(PolicyFileError) -> PolicyMapping {
        guard let group = try optionalMapping(field) else {
            // What is missing in it is no news.
            let empty = PolicyMapping(file: file, line: line, path: path(of: field), fields: [], faults: PolicyFaults())
            return try missing(field, instead: empty)
        }
        return group
    }

    /// A group of fields inside this one, or nil when it was not written.
    package mutating func optionalMapping(_ field: String) throws(PolicyFileError) -> PolicyMapping? {
        guard let node = try value(field) else { return nil }
        guard case .fields(let fields) = node.content else {
            try refuse(
                fault(field, "expected a group of fields, found \(node.kind)", remedy: "write indented `name: value` lines below it"))
            return nil
        }
        return PolicyMapping(file: file, line: node.line, path: path(of: field), fields: fields, faults: faults)
    }

    /// A list whose elements are groups of fields, or nil when the field was not written; finish each on its own.
    package mutating func optionalMappings(_ field: String) throws(PolicyFileError) -> [PolicyMapping]? {
        guard let elements = try list(field) else { return nil }
        var groups: [PolicyMapping] = []
        for (index, element) in elements.enumerated() {
            guard case .fields(let fields) = element.content else {
                let remedy = "write `- name: value` with further fields below it"
                try refuse(fault(field, element: index, "expected a group of fields, found \(element.kind)", remedy: remedy))
                continue
            }
            groups.append(
                PolicyMapping(file: file, line: element.line, path: "\(path(of: field))[\(index)]", fields: fields, faults: faults))
        }
        return groups
    }

    /// A list whose elements are groups of fields; finish each on its own.
    package mutating func mappings(_ field: String) throws(PolicyFileError) -> [PolicyMapping] {
        guard let groups = try optionalMappings(field) else { return try missing(field, instead: []) }
        return groups
    }

    private mutating func list(_ field: String) throws(PolicyFileError) -> [PolicyNode]? {
        guard let node = try value(field) else { return nil }
        guard case .list(let elements) = node.content else {
            try refuse(fault(field, "expected a list, found \(node.kind)", remedy: "write `\(field): [a, b]`, or one `- a` a line"))
            return nil
        }
        return elements
    }
}
