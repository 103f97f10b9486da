package import HTTPFront
package import HTTPTypes

/// A request that an endpoint answers with success, and who says that the answer is right.
package struct Example: Sendable {
    /// With a good credential, where one is needed.
    package var call: Call
    package var status = 200
    package var judge: @Sendable (Answer) throws -> Void = { _ in }

    package init(_ call: Call, status: Int = 200, judge: @escaping @Sendable (Answer) throws -> Void = { _ in }) {
        self.call = call
        self.status = status
        self.judge = judge
    }
}

/// Asks every endpoint of a router in every way of `Case`, and holds the answers against `docs/api.yaml`.
///
/// A front end joins with its routes and an example for each path. An endpoint without an example, or that is not described, is a fault.
package struct Walk: Sendable {
    /// How an endpoint is asked.
    package enum Case: String, CaseIterable, Sendable {
        case success, withoutCredential, wrongCredential, otherMethod, malformedBody, overlongBody, unservedField, listWithoutQuery

        /// For a server whose bodies have no room.
        case bodyWithoutRoom

        /// What every server answers.
        package static var ordinary: [Case] { allCases.filter { $0 != .bodyWithoutRoom } }
    }

    /// Makes an example; each is asked once, so that none depends on another.
    package typealias Maker = @Sendable (HTTPRequest.Method) async throws -> Example

    private let endpoints: [Endpoint]
    private let description: APIDescription
    private let examples: [String: Maker]
    private let stranger: Call.Holder
    private let bodyLimit: Int

    /// - Parameters:
    ///   - router: of the front end alone.
    ///   - examples: by path as it is in its routes.
    ///   - stranger: a client certificate that is none of the CA's.
    ///   - bodyLimit: octets that the front end takes.
    package init(
        _ router: Router, description: APIDescription, stranger: Call.Holder, bodyLimit: Int, examples: [String: Maker]
    ) {
        endpoints = router.endpoints
        self.description = description
        self.stranger = stranger
        self.bodyLimit = bodyLimit
        self.examples = examples
    }

    /// Endpoints that are not described, or not with their methods, and operations below the table's paths that no endpoint serves.
    package func faultsOfDescription(below prefix: String) -> [String] {
        let served = Dictionary(grouping: endpoints, by: \.describedPath).mapValues { Set($0.map(\.method.rawValue)) }
        var described: [String: Set<String>] = [:]
        for operation in description.operations where operation.path.hasPrefix(prefix) {
            // PUT is equal to POST, and LIST to GET with list=true.
            let others: Set<String> = operation.method == "POST" ? ["PUT"] : operation.isList ? ["LIST"] : []
            described[operation.path, default: []].formUnion(others.union([operation.method]))
        }
        return Set(served.keys).union(described.keys).sorted().compactMap { path -> String? in
            let (code, page) = (served[path] ?? [], described[path] ?? [])
            return code == page ? nil : "\(path): served with \(code.sorted()), described in docs/api.yaml with \(page.sorted())"
        }
    }

    /// Endpoints without an example, and examples without an endpoint.
    package var faultsOfExamples: [String] {
        let paths = Set(endpoints.map(\.path))
        return paths.subtracting(examples.keys).sorted().map {
            "\($0) has no example: add one, so that its answers are held against docs/api.yaml"
        }
            + Set(examples.keys).subtracting(paths).sorted().map { "\($0) is served no more: remove its example" }
    }

    /// Whatever was not answered as the cases and the description say.
    /// - Parameter ready: is called when every example is made, before the first is asked.
    package func faults(
        over transport: some Transport, _ cases: [Case], isLedgerGone: Bool = false, ready: () async -> Void = {}
    ) async throws -> [String] {
        var steps: [Step] = []
        for endpoint in endpoints {
            guard let make = examples[endpoint.path],
                let operation = description.operation(endpoint.method.rawValue, endpoint.describedPath)
            else { continue }
            for oneCase in cases {
                steps += self.steps(oneCase, endpoint, operation, try await make(endpoint.method))
            }
        }
        await ready()
        var faults: [String] = []
        for step in steps {
            let answer = try await transport.send(step.call)
            let found = isLedgerGone ? faultsWithoutLedger(answer, step) : self.faults(answer, step)
            faults += found.map { "\(step.endpoint.method.rawValue) \(step.endpoint.path), \(step.name): \($0) \(answer.text.prefix(300))" }
        }
        return faults
    }

    /// The codes of all refusals that the cases bring about.
    package func codes(over transport: some Transport) async throws -> Set<String> {
        var codes: Set<String> = []
        for endpoint in endpoints {
            guard let make = examples[endpoint.path],
                let operation = description.operation(endpoint.method.rawValue, endpoint.describedPath)
            else { continue }
            for oneCase in Case.ordinary {
                for step in steps(oneCase, endpoint, operation, try await make(endpoint.method)) {
                    if let code = try await transport.send(step.call).code { codes.insert(code) }
                }
            }
        }
        return codes
    }

    private struct Step {
        let endpoint: Endpoint
        let operation: APIDescription.Operation
        let name: String
        let call: Call
        let status: Int
        /// nil: not looked at.
        var code: Set<String>?
        var judge: @Sendable (Answer) throws -> Void = { _ in }
    }

    private func steps(_ oneCase: Case, _ endpoint: Endpoint, _ operation: APIDescription.Operation, _ example: Example) -> [Step] {
        var call = example.call
        if operation.isList, endpoint.method == .get { call.target += call.target.contains("?") ? "&list=true" : "?list=true" }
        func step(_ call: Call, _ status: Int, _ code: Set<String>? = nil) -> Step {
            Step(endpoint: endpoint, operation: operation, name: oneCase.rawValue, call: call, status: status, code: code)
        }
        let isOpen = operation.credentials.isEmpty
        switch oneCase {
        case .success:
            var success = step(call, example.status)
            success.judge = example.judge
            guard endpoint.method == .get else { return [success] }
            var head = call
            head.method = .head
            return [success, step(head, example.status)]
        case .withoutCredential:
            call.holder = nil
            for name in credentialFields { call.headers[name] = nil }
            return [isOpen ? step(call, example.status) : step(call, 403, ["credential_missing", "client_certificate_needed"])]
        case .wrongCredential:
            if operation.credentials == ["clientCertificate"] {
                call.holder = stranger
                return [step(call, 403, ["certificate_unknown"])]
            }
            call = call.with("X-Vault-Token", "a-token-of-nobody")
            return [isOpen ? step(call, example.status) : step(call, 403, ["token_invalid"])]
        case .otherMethod:
            call.method = .delete
            return [step(call, 405, ["method_not_allowed"])]
        case .malformedBody:
            return operation.takesBody ? ["{\"", "[]", "7", "{} {}"].map { step(call.sending($0), 400, ["malformed_json"]) } : []
        case .overlongBody:
            return operation.takesBody ? [step(call.sending(blank(bodyLimit + 1)), 413, ["content_too_large"])] : []
        case .bodyWithoutRoom:
            return operation.takesBody ? [step(call.sending(blank(bodyLimit)), 503, ["server_busy"])] : []
        case .unservedField:
            let fields = [
                ("X-Vault-Wrap-TTL", "60s", 400), ("X-Vault-Namespace", "team", 404), ("Expect", "200-ok", 417),
                ("Content-Encoding", "gzip", 415),
            ]
            return fields.map { step(call.with($0.0, $0.1), $0.2, ["field_not_served", "unknown_namespace"]) }
        case .listWithoutQuery:
            guard operation.isList, endpoint.method == .get else { return [] }
            return [step(example.call, 405, ["list_only"])]
        }
    }

    private func faults(_ answer: Answer, _ step: Step) -> [String] {
        guard answer.status == step.status else { return ["\(answer.status) instead of \(step.status)"] }
        // What is not served has no operation that could describe it.
        if step.call.method == .delete { return faultsOfRefusal(answer, step) + faultsOfAllow(answer, step.endpoint.path) }
        if step.call.method == .head { return [] }
        var faults = description.faults(of: answer, to: step.operation)
        if answer.status >= 400 { faults += faultsOfRefusal(answer, step) }
        do { try step.judge(answer) } catch { faults.append("\(error)") }
        return faults
    }

    private func faultsOfRefusal(_ answer: Answer, _ step: Step) -> [String] {
        let code = answer.code ?? ""
        let isExpected = step.code?.contains(code) ?? true
        let hasRemedy = answer.document["errors"]?.elements.compactMap(\.text).contains { $0.contains(" · remedy: ") } ?? false
        return (isExpected ? [] : ["code '\(code)'"]) + (hasRemedy ? [] : ["no remedy"])
            + (answer.status == 503 && answer.headers[.retryAfter] == nil ? ["no Retry-After"] : [])
    }

    private func faultsOfAllow(_ answer: Answer, _ path: String) -> [String] {
        let methods = endpoints.filter { $0.path == path }.flatMap { $0.method == .get ? ["GET", "HEAD"] : [$0.method.rawValue] }
        let allow = answer.headers[.allow] ?? ""
        return allow == methods.sorted().joined(separator: ", ") ? [] : ["Allow: \(allow)"]
    }

    /// Whoever needs the ledger is told so, and that it is worth trying again. A token may still be known.
    private func faultsWithoutLedger(_ answer: Answer, _ step: Step) -> [String] {
        guard answer.status == 503 else { return answer.status == step.status ? [] : ["\(answer.status) instead of 503"] }
        return description.faults(of: answer, to: step.operation) + faultsOfRefusal(answer, step)
    }
}

extension Endpoint {
    /// As OpenAPI writes it, which has no form of its own for the rest of a path.
    fileprivate var describedPath: String { path.replacing("...}", with: "}") }
}

private let credentialFields = ["X-Vault-Token", "Authorization"].compactMap { HTTPField.Name($0) }

/// JSON of so many octets that says nothing.
private func blank(_ octets: Int) -> String { "{" + String(repeating: " ", count: max(0, octets - 2)) + "}" }

extension Call {
    fileprivate func sending(_ text: String) -> Call {
        var call = self
        call.body = Array(text.utf8)
        return call
    }
}
