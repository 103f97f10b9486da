/// An organization as it stands in certificates (attribute organizationName, at most 64 characters: RFC 5280 appendix A.1).
package struct OrganizationName: Sendable, Hashable, CustomStringConvertible {
    /// The name as written.
    package let description: String

    /// Reads what an operator wrote.
    package init(_ text: String) throws(InvalidSetting) {
        let characters = text.unicodeScalars
        let remedy = "write 1 to 64 visible characters"
        guard !characters.isEmpty else { throw InvalidSetting("an organization's name is empty", remedy: remedy) }
        guard characters.count <= 64 else {
            throw InvalidSetting("the organization's name '\(text.prefix(80))' has \(characters.count) characters", remedy: remedy)
        }
        guard !characters.contains(where: Self.isInvisible) else {
            throw InvalidSetting("the organization's name contains an invisible character", remedy: "remove it")
        }
        guard characters.first?.properties.isWhitespace == false, characters.last?.properties.isWhitespace == false else {
            throw InvalidSetting("the organization's name '\(text)' begins or ends with a space", remedy: "remove the space")
        }
        description = text
    }

    /// Control characters and those that turn or join text: two names that look alike must be alike.
    private static func isInvisible(_ character: Unicode.Scalar) -> Bool {
        switch character.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: true
        default: false
        }
    }
}
