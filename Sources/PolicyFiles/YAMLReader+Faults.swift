import Yams

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
