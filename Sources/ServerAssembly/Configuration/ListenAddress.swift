import HTTPFront
package import PKI

/// An address and port to listen on, as an operator writes them: `127.0.0.1:8443`, `[::1]:8443`, `localhost:0`.
///
/// Stricter than the listener itself: the host must be a name or an address that can exist.
func listenAddress(_ text: String) throws(InvalidSetting) -> ListenAddress {
    let (host, port) = try splitHostAndPort(text)
    guard let port else {
        throw InvalidSetting("'\(text.prefix(80))' has no port", remedy: "write HOST:PORT, such as 127.0.0.1:8443 or [::1]:8443")
    }
    return ListenAddress(host: host.description, port: port)
}

/// Takes `HOST`, `HOST:PORT` and `[ADDRESS]:PORT` apart; an IPv6 address needs its brackets.
func splitHostAndPort(_ text: String) throws(InvalidSetting) -> (host: HostName, port: Int?) {
    let remedy = "write HOST:PORT, such as 127.0.0.1:8443 or [::1]:8443"
    let invalid = InvalidSetting("'\(text.prefix(80))' is not a host with a port", remedy: remedy)
    var rest = text[...]
    let host: Substring
    if rest.first == "[" {
        guard let bracket = rest.firstIndex(of: "]") else { throw invalid }
        host = rest[rest.index(after: rest.startIndex)..<bracket]
        guard host.contains(":") else { throw invalid }
        rest = rest[rest.index(after: bracket)...]
    } else {
        let end = rest.firstIndex(of: ":") ?? rest.endIndex
        host = rest[..<end]
        rest = rest[end...]
    }
    let name = try HostName(String(host))
    guard !rest.isEmpty else { return (name, nil) }
    let digits = rest.dropFirst()
    guard rest.first == ":", (1...5).contains(digits.count), digits.allSatisfy({ ("0"..."9").contains($0) }),
        let port = Int(digits), port <= 65_535
    else { throw invalid }
    return (name, port)
}

/// A DNS name in its preferred syntax (RFC 1123 §2.1), lower case, without a trailing dot.
package struct DomainName: Sendable, Hashable, CustomStringConvertible {
    /// The name in lower case.
    package let description: String

    /// Reads what an operator wrote.
    package init(_ text: String) throws(InvalidSetting) {
        let name = text.lowercased()
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        // An all-numeric last label would be read as an IPv4 address.
        let isNumeric = labels.last?.allSatisfy { ("0"..."9").contains($0) } ?? true
        // Unicode has letters whose lower case is in ASCII, such as the sign for kelvin.
        guard text.allSatisfy(\.isASCII), name.utf8.count <= 253, labels.allSatisfy(Self.isLabel), !isNumeric else {
            let remedy = "write labels of a-z, 0-9 and dashes with dots between, such as svc.internal"
            throw InvalidSetting("'\(text.prefix(80))' is not a domain name", remedy: remedy)
        }
        description = name
    }

    static let `internal` = DomainName(known: "internal")
    static let localhost = DomainName(known: "localhost")

    private init(known name: String) { description = name }

    private static func isLabel(_ label: Substring) -> Bool {
        let isAllowed = { (character: Character) in
            ("a"..."z").contains(character) || ("0"..."9").contains(character) || character == "-"
        }
        return (1...63).contains(label.utf8.count) && label.allSatisfy(isAllowed) && label.first != "-" && label.last != "-"
    }
}

/// A name or an address the server answers under.
package enum HostName: Sendable, Hashable, CustomStringConvertible {
    /// A DNS name.
    case domain(DomainName)
    /// An IPv4 or IPv6 address.
    case address(IPAddress)

    /// Reads what an operator wrote.
    package init(_ text: String) throws(InvalidSetting) {
        if let address = IPAddress(text: text) {
            self = .address(address)
        } else {
            self = .domain(try DomainName(text))
        }
    }

    /// The name or address as text, IPv6 without brackets.
    package var description: String {
        switch self {
        case .domain(let name): name.description
        case .address(let address): address.description
        }
    }
}

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
