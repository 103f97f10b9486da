internal import Foundation

/// Where the CA's API listens: `https://HOST[:PORT]`.
public struct ServerAddress: Sendable, Hashable, CustomStringConvertible {
    /// Without a trailing slash.
    public let description: String

    /// - Parameter text: an https URL without path, query or user; plain http is refused because credentials travel.
    public init(_ text: String) throws(ClientError) {
        guard let parts = URLComponents(string: text), parts.scheme?.lowercased() == "https", let host = parts.host, !host.isEmpty,
            parts.path.isEmpty || parts.path == "/", parts.query == nil, parts.fragment == nil, parts.user == nil,
            (1...65535).contains(parts.port ?? 443)
        else { throw .invalidAddress(text) }
        description = text.hasSuffix("/") ? String(text.dropLast()) : text
    }
}
