/// Where CRLs and issuer certificates are fetched: `http://HOST[:PORT]`, the beginning of every CDP and AIA address.
package struct PublicURL: Sendable, Hashable, CustomStringConvertible {
    /// The address in lower case, without a path or trailing slash.
    package let description: String

    static let loopback = PublicURL(known: "http://127.0.0.1:8080")

    private init(known url: String) { description = url }

    /// Reads what an operator wrote.
    package init(_ text: String) throws(InvalidSetting) {
        let remedy = "write http://HOST or http://HOST:PORT"
        let scheme = "http://"
        let url = text.allSatisfy(\.isASCII) ? text.lowercased() : text
        guard !url.hasPrefix("https://") else {
            // Whoever checks a certificate would need the CRL to fetch the CRL (RFC 5280 §4.2.1.13, §8).
            throw InvalidSetting("the public URL '\(text.prefix(80))' is https", remedy: "\(remedy); CRLs are signed themselves")
        }
        guard url.hasPrefix(scheme) else { throw InvalidSetting("'\(text.prefix(80))' is not an http URL", remedy: remedy) }
        let authority = String(url.dropFirst(scheme.count))
        guard !authority.contains(where: { "/?#@".contains($0) }) else {
            throw InvalidSetting("the public URL '\(text.prefix(80))' has a path, a query or a user", remedy: remedy)
        }
        let (_, port) = try splitHostAndPort(authority)
        guard port != 0 else { throw InvalidSetting("the public URL '\(text.prefix(80))' has port 0", remedy: remedy) }
        description = url
    }
}
