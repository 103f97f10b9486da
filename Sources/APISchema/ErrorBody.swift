/// The body of every refusal: Vault's `errors`, and what makes it machine-readable.
package struct ErrorBody: Codable, Sendable, Equatable {
    /// One line each: what is wrong, then ` · remedy: ` and what to do. Empty for an absent read or an empty list, as Vault answers.
    package var errors: [String]
    /// Stable and snake_case, such as `name_not_permitted`.
    package var code: String
    package var requestID: String

    package init(errors: [String], code: String, requestID: String) {
        self.errors = errors
        self.code = code
        self.requestID = requestID
    }

    enum CodingKeys: String, CodingKey {
        case errors, code
        case requestID = "request_id"
    }
}
