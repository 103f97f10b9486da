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
