internal import Foundation

/// Which audit rows to list.
package struct AuditQuery: Sendable {
    /// Names and values as the API takes them.
    private let items: [(name: String, value: String?)]

    package init(items: [(name: String, value: String?)]) { self.items = items }

    /// `?name=value&…`, percent-encoded; empty without values.
    package var text: String {
        let unreserved = CharacterSet(charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
        let parts = items.compactMap { item in
            item.value.map { item.name + "=" + ($0.addingPercentEncoding(withAllowedCharacters: unreserved) ?? "") }
        }
        return parts.isEmpty ? "" : "?" + parts.joined(separator: "&")
    }
}
