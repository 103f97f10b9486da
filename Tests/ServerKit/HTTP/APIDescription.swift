import Foundation

/// What `docs/api.yaml` (OpenAPI 3.1) says of the operations at each path.
package struct APIDescription: Sendable {
    private let document: Tree
    /// Those of the HTTPS listener. A path with servers of its own is the public listener's.
    package let operations: [Operation]
    package let publicOperations: [Operation]

    /// Reads a description.
    package init(yaml: String) throws {
        document = try Tree(yaml: yaml)
        var (own, others): ([Operation], [Operation]) = ([], [])
        for (path, item) in document["paths"]?.fields ?? [:] {
            for (method, node) in item.fields where ["get", "put", "post", "delete", "patch"].contains(method) {
                let operation = Operation(method: method.uppercased(), path: path, node: node)
                if item["servers"] == nil { own.append(operation) } else { others.append(operation) }
            }
        }
        (operations, publicOperations) = (own, others)
    }

    /// The repository's.
    /// - Parameter mount: the name of the PKI's mount, for which the description has `pki`.
    package static func shipped(mount: String = "pki") throws -> APIDescription {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "docs/api.yaml"), encoding: .utf8)
        return try APIDescription(yaml: text.replacing("/v1/pki/", with: "/v1/\(mount)/"))
    }

    /// The operation that an endpoint's requests are described by: PUT is equal to POST, LIST to GET with `list=true`.
    package func operation(_ method: String, _ path: String) -> Operation? {
        let described = ["PUT": "POST", "LIST": "GET", "HEAD": "GET"][method] ?? method
        return (operations + publicOperations).first { $0.path == path && ($0.method == method || $0.method == described) }
    }

    /// Where an answer is not as the operation says: its status, its content type, the schema of its document.
    package func faults(of answer: Answer, to operation: Operation) -> [String] {
        guard let response = operation.node["responses"]?["\(answer.status)"].map(resolved) else {
            return ["status \(answer.status) is not listed"]
        }
        let described = response["content"]?.fields ?? [:]
        guard !answer.body.isEmpty, !described.isEmpty else {
            return answer.body.isEmpty == described.isEmpty || response["description"]?.text?.contains("text/plain") == true
                ? [] : ["\(answer.status) has \(answer.body.count) octets of content, and is described with \(described.count) types"]
        }
        guard let content = described[answer.contentType] else { return ["\(answer.status) has content type \(answer.contentType)"] }
        guard answer.contentType == "application/json", let schema = content["schema"] else { return [] }
        guard let document = try? Tree(json: answer.body) else { return ["\(answer.status) is not JSON"] }
        return faults(of: document, schema, at: "\(answer.status)")
    }

    /// The part of JSON Schema that the description uses. A field that no schema speaks of is a fault, too.
    func faults(of value: Tree, _ schema: Tree, at place: String) -> [String] {
        let schema = whole(schema)
        if let constant = schema["const"], constant != value { return ["\(place) is \(value), not \(constant)"] }
        if let words = schema["enum"]?.elements, !words.contains(value) { return ["\(place) is \(value), none of \(words)"] }
        if let choices = schema["oneOf"]?.elements {
            let faults = choices.map { self.faults(of: value, $0, at: place) }
            return faults.contains([]) ? [] : faults.joined() + ["\(place) is none of oneOf"]
        }
        let types = schema["type"].map { $0.elements.isEmpty ? [$0] : $0.elements }?.compactMap(\.text) ?? []
        let fits = types.isEmpty || types.contains(value.type) || types.contains("number") && value.type == "integer"
        guard fits else { return ["\(place) is of type \(value.type), not \(types.joined(separator: " or "))"] }
        switch value {
        case .array(let elements):
            guard let items = schema["items"] else { return [] }
            return elements.enumerated().flatMap { faults(of: $1, items, at: "\(place)[\($0)]") }
        case .object(let fields): return faults(of: fields, object: schema, at: place)
        case .null, .bool, .integer, .number, .string: return []
        }
    }

    private func faults(of fields: [String: Tree], object schema: Tree, at place: String) -> [String] {
        let known = schema["properties"]?.fields ?? [:]
        let missing = (schema["required"]?.elements ?? []).compactMap(\.text).filter { fields[$0] == nil }
        let more = schema["additionalProperties"] ?? (known.isEmpty ? .bool(true) : .bool(false))
        let inside = fields.sorted { $0.key < $1.key }.flatMap { name, value -> [String] in
            if let described = known[name] { return faults(of: value, described, at: "\(place).\(name)") }
            if more == .bool(false) { return ["\(place).\(name) is not described"] }
            return more == .bool(true) ? [] : faults(of: value, more, at: "\(place).\(name)")
        }
        return missing.map { "\(place).\($0) is missing" } + inside
    }

    /// A schema with what it refers to, and with the parts of `allOf` as one.
    private func whole(_ schema: Tree) -> Tree {
        let schema = resolved(schema)
        guard let parts = schema["allOf"]?.elements else { return schema }
        var (merged, properties, required): ([String: Tree], [String: Tree], [Tree]) = ([:], [:], [])
        for part in parts.map(whole) {
            merged.merge(part.fields) { $1 }
            properties.merge(part["properties"]?.fields ?? [:]) { $1 }
            required += part["required"]?.elements ?? []
        }
        merged["properties"] = .object(properties)
        merged["required"] = .array(required)
        return .object(merged)
    }

    private func resolved(_ node: Tree) -> Tree {
        guard let reference = node["$ref"]?.text else { return node }
        return reference.split(separator: "/").dropFirst().reduce(document) { $0[String($1)] ?? .null }
    }
}

extension APIDescription {
    /// A method at a path.
    package struct Operation: Sendable {
        package let method: String
        package let path: String
        let node: Tree

        /// What proves who asks; empty where nobody is asked.
        package var credentials: Set<String> { Set((node["security"]?.elements ?? []).flatMap(\.fields.keys)) }

        /// Whether requests have a body.
        package var takesBody: Bool { node["requestBody"] != nil }

        /// The statuses of its answers.
        package var statuses: Set<Int> { Set((node["responses"]?.fields ?? [:]).keys.compactMap { Int($0) }) }

        /// Whether it is a list, which the method LIST asks for as well.
        package var isList: Bool { (node["parameters"]?.elements ?? []).contains { $0["name"]?.text == "list" } }
    }
}
