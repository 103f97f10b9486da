import Foundation

/// The public address of a CA: `http://ca.example:8080`, without the slash at its end.
package struct SourceAddress: Sendable, CustomStringConvertible {
    package let description: String

    /// - Parameter text: an http or https URL with a host; a path is kept as a prefix, a query, fragment or user is refused.
    package init?(_ text: String) {
        guard let parts = URLComponents(string: text), parts.scheme == "http" || parts.scheme == "https" else { return nil }
        guard let host = parts.host, !host.isEmpty, parts.query == nil, parts.fragment == nil, parts.user == nil else { return nil }
        var address = text
        while address.hasSuffix("/") { address.removeLast() }
        description = address
    }
}
