import APISchema
import Foundation

/// An answer of the HTTPS API as curl received it.
struct HTTPAnswer: Sendable, CustomStringConvertible {
    let status: Int
    let contentType: String
    let body: String

    var description: String { "\(status) \(contentType) \(body.prefix(2_000))" }

    /// The body as JSON.
    func decoded<Value: Decodable>(as type: Value.Type) throws -> Value {
        try JSONDecoder().decode(type, from: Data(body.utf8))
    }

    /// The `data` of a good answer.
    func data<Payload: Codable & Sendable>(as type: Payload.Type) throws -> Payload? {
        try decoded(as: Envelope<Payload>.self).data
    }
}

extension TestCA {
    /// Sends a request with curl; `body` goes as it is.
    func request(
        _ method: String, _ path: String, body: [UInt8]? = nil, token: String? = nil, certificate: Enrolled? = nil
    ) async throws -> HTTPAnswer {
        var arguments = ["--silent", "--show-error", "--max-time", "30", "--cacert", root, "--request", method]
        arguments += ["--write-out", "\n%{http_code} %{content_type}"]
        if let token { arguments += ["--header", "X-Vault-Token: \(token)"] }
        if let certificate { arguments += ["--cert", certificate.chain, "--key", certificate.key] }
        if let body {
            let file = try sandbox.write(body, to: "request-body")
            arguments += ["--header", "Content-Type: application/json", "--header", "Expect:", "--data-binary", "@" + file]
        }
        let outcome = try await sandbox.run("curl", arguments + [address + "/v1/" + path])
        guard let end = outcome.output.lastIndex(of: "\n") else { throw ProgramFailed(outcome: outcome) }
        let words = outcome.output[outcome.output.index(after: end)...].split(separator: " ")
        guard let status = words.first.flatMap({ Int($0) }), status > 0 else { throw ProgramFailed(outcome: outcome) }
        return HTTPAnswer(
            status: status, contentType: words.dropFirst().joined(separator: " "), body: String(outcome.output[..<end]))
    }

    /// Sends a JSON object.
    func request(
        _ method: String, _ path: String, json: [String: any Sendable], token: String? = nil, certificate: Enrolled? = nil
    ) async throws -> HTTPAnswer {
        let body = try JSONSerialization.data(withJSONObject: json)
        return try await request(method, path, body: Array(body), token: token, certificate: certificate)
    }
}
