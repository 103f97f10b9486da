import APISchema
import HTTPFront
import HTTPTypes
import HummingbirdCore

extension Response {
    /// An answer in Vault's envelope.
    static func envelope<Payload: Codable & Sendable>(
        _ data: Payload?, warnings: [String] = [], context: APIRequestContext
    ) -> Response {
        .json(Envelope(requestID: context.requestID, data: data, warnings: warnings.isEmpty ? nil : warnings))
    }

    /// An answer that is a token.
    static func auth(_ auth: AuthBlock, warnings: [String] = [], context: APIRequestContext) -> Response {
        .json(Envelope<NoData>(requestID: context.requestID, data: nil, warnings: warnings.isEmpty ? nil : warnings, auth: auth))
    }

    /// A list of names; an empty one is a 404 without errors, as Vault answers.
    static func keys(_ keys: [String], context: APIRequestContext) throws -> Response {
        guard !keys.isEmpty else { throw APIFailure.emptyList }
        return .envelope(KeyList(keys: keys), context: context)
    }

    /// No content: what Vault answers when there is nothing to say.
    static var noContent: Response { Response(status: .noContent, headers: [.cacheControl: "no-store"]) }
}

extension APIFailure {
    /// As Vault answers for a list, or a page of one, without entries.
    static let emptyList = APIFailure(.notFound, code: "empty_list", errors: [])
}

/// `data` of a list.
struct KeyList: Codable, Sendable {
    var keys: [String]
}
