internal import Foundation

extension Refusal {
    /// Reads the error body; a proxy's HTML or an empty body leaves the status alone.
    init(_ answer: APIAnswer) {
        let body: LenientErrorBody?
        do { body = try JSONDecoder().decode(LenientErrorBody.self, from: Data(answer.body)) } catch { body = nil }
        self.init(
            status: answer.status, code: body?.code ?? "", messages: body?.errors ?? [], requestID: body?.requestID,
            retryAfter: answer.retryAfter)
    }
}

extension APIAnswer {
    /// What an answer of another status than 2xx says.
    package var refusal: Refusal { Refusal(self) }
}

/// Vault's own error bodies carry `errors` alone.
private struct LenientErrorBody: Decodable {
    let errors: [String]?
    let code: String?
    let requestID: String?

    enum CodingKeys: String, CodingKey {
        case errors, code
        case requestID = "request_id"
    }
}
