import Yams

/// Reads YAML text into nodes, strictly: one document, no anchors, no tags, no duplicate fields, bounded size and depth.
struct YAMLReader {
    static let maximumBytes = 256 * 1024
    static let maximumDepth = 16

    let file: String

    func read(_ text: String) throws(PolicyFileError) -> PolicyNode {
        guard text.utf8.count <= Self.maximumBytes else {
            throw fault(nil, "the file has \(text.utf8.count) bytes, more than \(Self.maximumBytes)", "split or shorten it")
        }
        if let line = firstAnchorLine(in: text) {
            throw fault(line, "anchors and aliases are not accepted", "write the value out, and quote text that contains ' &'")
        }
        guard let root = try compose(text) else {
            throw fault(nil, "the file is empty", "write its fields, or restore it from the shipped policies")
        }
        return try convert(root, depth: 0)
    }

    private func compose(_ text: String) throws(PolicyFileError) -> Node? {
        // The parser keeps a pointer into the text, which a string of up to 15 bytes stores inside itself and not in memory that stays put,
        // unless it is given room for more.
        var text = text
        text.reserveCapacity(max(16, text.utf8.count))
        text.makeContiguousUTF8()
        do {
            return try Parser(yaml: text, encoding: .utf8).singleRoot()
        } catch let error as YamlError {
            throw fault(error)
        } catch {
            throw fault(nil, "not readable as YAML: \(error)", "correct the file")
        }
    }

    private func convert(_ node: Node, depth: Int) throws(PolicyFileError) -> PolicyNode {
        let line = node.mark?.line ?? 1
        guard depth < Self.maximumDepth else {
            throw fault(line, "values are nested more than \(Self.maximumDepth) deep", "flatten them")
        }
        switch node {
        case .scalar(let scalar):
            return PolicyNode(line: line, content: try text(of: scalar, line: line))
        case .sequence(let sequence):
            try refuseTag(sequence.tag, line: line)
            var elements: [PolicyNode] = []
            for element in sequence { elements.append(try convert(element, depth: depth + 1)) }
            return PolicyNode(line: line, content: .list(elements))
        case .mapping(let mapping):
            try refuseTag(mapping.tag, line: line)
            return PolicyNode(line: line, content: .fields(try fields(of: mapping, depth: depth)))
        case .alias:
            throw fault(line, "anchors and aliases are not accepted", "write the value out")
        }
    }

    private func text(of scalar: Node.Scalar, line: Int) throws(PolicyFileError) -> PolicyNode.Content {
        // Quoted text without a tag is given the tag of strings by the parser.
        let isPlain = scalar.style == .plain
        if isPlain || scalar.tag.rawValue != Tag.Name.str.rawValue { try refuseTag(scalar.tag, line: line) }
        let isControl = { (scalar: Unicode.Scalar) in scalar.properties.generalCategory == .control && scalar != "\n" && scalar != "\t" }
        guard !scalar.string.unicodeScalars.contains(where: isControl) else {
            throw fault(line, "the text contains a control character", "remove it")
        }
        return .text(scalar.string, plain: isPlain)
    }

    private func fields(of mapping: Node.Mapping, depth: Int) throws(PolicyFileError) -> [PolicyNode.Field] {
        var fields: [PolicyNode.Field] = []
        var names: Set<String> = []
        for (key, value) in mapping {
            let line = key.mark?.line ?? 1
            // Comparing keys has resolved their tags by now, to those of YAML itself when none was written.
            guard case .scalar(let name) = key, name.tag.rawValue.hasPrefix("tag:yaml.org,2002:") else {
                throw fault(line, "a field's name must be plain text", "write `name: value`")
            }
            guard names.insert(name.string).inserted else { throw duplicate(name.string, line: line) }
            fields.append(PolicyNode.Field(name: name.string, line: line, value: try convert(value, depth: depth + 1)))
        }
        return fields
    }

    private func refuseTag(_ tag: Tag, line: Int) throws(PolicyFileError) {
        guard tag.rawValue.isEmpty else { throw fault(line, "the tag '\(tag.rawValue)' is not accepted", "remove it, or quote the text") }
    }
}

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

extension YAMLReader {
    func fault(_ line: Int?, _ problem: String, _ remedy: String) -> PolicyFileError {
        PolicyFileError(file: file, line: line, field: nil, problem: problem, remedy: remedy)
    }

    func duplicate(_ name: String, line: Int) -> PolicyFileError {
        PolicyFileError(file: file, line: line, field: name, problem: "given more than once", remedy: "keep one of them")
    }

    /// What the parser says, at its line. Its own description would print the file's text, which may be anything.
    func fault(_ error: YamlError) -> PolicyFileError {
        let remedy = "correct the YAML; indent with spaces and quote text with special characters"
        switch error {
        case .scanner(_, let problem, let mark, _) where problem.hasPrefix("Maximum nesting"),
            .parser(_, let problem, let mark, _) where problem.hasPrefix("Maximum nesting"):
            return fault(mark.line, "values are nested more than \(Self.maximumDepth) deep", "flatten them")
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _):
            return fault(mark.line, "not valid YAML: \(problem)", remedy)
        case .composer(_, let problem, let mark, _):
            return fault(mark.line, "not accepted: \(problem)", "keep one document, without aliases")
        case .reader(let problem, let offset, _, let yaml):
            let line = offset.map { yaml.prefix($0).count { $0.isNewline } + 1 }
            return fault(line, "not valid YAML: \(problem)", "save the file as UTF-8 text without control characters")
        case .duplicatedKeysInMapping(let names, let context):
            return duplicate(names.min() ?? "", line: context.mark.line)
        case .memory:
            return fault(nil, "values are nested too deep", "flatten them")
        case .no, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
            return fault(nil, "not readable as YAML", remedy)
        }
    }

    /// The line of the first anchor, found before parsing: a chain of aliases used as field names costs the parser exponential time.
    /// An anchor always follows white space, an opening or a separator.
    func firstAnchorLine(in text: String) -> Int? {
        var line = 1
        var previous: Unicode.Scalar = "\n"
        var mayStart = false
        for scalar in text.unicodeScalars {
            if mayStart, isAnchorName(scalar) { return line }
            mayStart = scalar == "&" && (previous.properties.isWhitespace || "[{,:?-\u{FEFF}".unicodeScalars.contains(previous))
            if scalar == "\n" { line += 1 }
            previous = scalar
        }
        return nil
    }

    private func isAnchorName(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar == "-" || scalar == "_"
    }
}
