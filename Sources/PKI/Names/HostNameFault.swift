import Foundation

/// Faults of a DNS host name: it has labels of 1 to 63 letters, digits and inner hyphens, 253 octets in all (RFC 1123 §2.1). `remedy` has the right
/// spelling, since no policy can permit such a name.
package enum HostNameFault: Explained, Sendable, Equatable {
    case empty
    case whiteSpace(String)
    case url(String)
    case mailAddress(String)
    case ipAddress(String)
    case port(String)
    /// A dot at the end: the root of the DNS, which certificates leave out.
    case trailingDot(String)
    case notASCII(String)
    case underscore(String)
    /// `*` stands for a whole first label, and alone there (RFC 6125 §6.4.3).
    case wildcard(String)
    case emptyLabel(String)
    case longLabel(String, label: String)
    case tooLong(String)
    case hyphen(String, label: String)
    case character(String, Character)

    /// The fault of a name; nil when there is none. A wildcard for the first label is none, and neither are capitals.
    package init?(_ name: String) {
        guard let fault = Self.shape(name) ?? Self.characters(name) ?? Self.labels(name) else { return nil }
        self = fault
    }

    private static func shape(_ name: String) -> Self? {
        if name.isEmpty { return .empty }
        if name.unicodeScalars.contains(where: { $0.properties.isWhitespace || $0.properties.generalCategory == .control }) {
            return .whiteSpace(name)
        }
        if name.contains("://") || name.contains("/") { return .url(name) }
        if name.contains("@") { return .mailAddress(name) }
        if IPAddress(text: name) != nil || (name.hasPrefix("[") && name.contains("]")) { return .ipAddress(name) }
        if let colon = name.lastIndex(of: ":"), name[colon...].dropFirst().utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            return .port(name)
        }
        return nil
    }

    private static func characters(_ name: String) -> Self? {
        guard name.utf8.allSatisfy({ $0 < 0x80 }) else { return .notASCII(name) }
        if name.hasSuffix("."), !name.hasSuffix(".."), name != "." { return .trailingDot(name) }
        let labels = name.hasPrefix("*.") ? name.dropFirst(2) : Substring(name)
        if labels.contains("*") { return .wildcard(name) }
        if labels.contains("_") { return .underscore(name) }
        let strange = labels.first { $0 != "." && $0 != "-" && !($0.isASCII && ($0.isLetter || $0.isNumber)) }
        return strange.map { .character(name, $0) }
    }

    private static func labels(_ name: String) -> Self? {
        let labels = (name.hasPrefix("*.") ? name.dropFirst(2) : Substring(name)).split(separator: ".", omittingEmptySubsequences: false)
        if labels.contains("") { return .emptyLabel(name) }
        if let label = labels.first(where: { $0.utf8.count > 63 }) { return .longLabel(name, label: String(label)) }
        if let label = labels.first(where: { $0.hasPrefix("-") || $0.hasSuffix("-") }) { return .hyphen(name, label: String(label)) }
        return name.utf8.count > 253 ? .tooLong(name) : nil
    }
}

extension HostNameFault {
    /// The fault in words, with the name.
    package var summary: String {
        switch self {
        case .empty: "the DNS name is empty"
        case .whiteSpace(let name): "the DNS name \(quoted(name)) has white space or control characters in it"
        case .url(let name): "\(quoted(name)) is a URL or has a path, and no DNS name"
        case .mailAddress(let name): "\(quoted(name)) is a mail address, and no DNS name"
        case .ipAddress(let name): "\(quoted(name)) is an IP address, and no DNS name"
        case .port(let name): "the DNS name \(quoted(name)) has a port"
        case .trailingDot(let name): "the DNS name \(quoted(name)) ends in a dot"
        case .notASCII(let name): "the DNS name \(quoted(name)) has letters beyond ASCII"
        case .underscore(let name): "the DNS name \(quoted(name)) has an underscore, which host names may not have (RFC 1123)"
        case .wildcard(let name): "the DNS name \(quoted(name)) has a star that is not its whole first label"
        case .emptyLabel(let name): "the DNS name \(quoted(name)) has an empty label: a dot at its start, or two in a row"
        case .longLabel(_, let label): "the DNS label \(quoted(label)) has \(label.utf8.count) characters, and 63 are the most"
        case .tooLong(let name): "the DNS name \(quoted(name)) has \(name.utf8.count) characters, and 253 are the most"
        case .hyphen(let name, let label): "the label \(quoted(label)) of the DNS name \(quoted(name)) starts or ends with a hyphen"
        case .character(let name, let character): "the DNS name \(quoted(name)) has the character \(quoted(String(character))) in it"
        }
    }

    /// The next step in words.
    package var remedy: String {
        switch self {
        case .empty: "give the host's name"
        case .whiteSpace: "write it without them"
        case .url(let name): "write the host alone\(suggestion(Self.host(ofURL: name)))"
        case .mailAddress(let name): "write the host alone\(suggestion(name.split(separator: "@").last.map(String.init)))"
        case .ipAddress: "ask for it as an IP address: ip_sans, --ip, or IP: in the subject alternative name, with a DNS name beside it"
        case .port(let name): "leave the port out\(suggestion(name.lastIndex(of: ":").map { String(name[..<$0]) }))"
        case .trailingDot(let name): "write it without\(suggestion(String(name.dropLast())))"
        case .notASCII(let name): Self.remedy(forNonASCII: name)
        case .underscore(let name): "give the host a name without underscores\(suggestion(name.replacing("_", with: "-")))"
        case .wildcard: "write *. and a domain, such as *.example.org, or name each host"
        case .emptyLabel: "write one dot between two labels"
        case .longLabel, .tooLong: "give the host a shorter name"
        case .hyphen: "write it without that hyphen"
        case .character: "use letters, digits, hyphens and dots only"
        }
    }

    /// The remedy for a name that has letters beyond ASCII: its A-labels, where it has such (RFC 5890 §2.3.2.1).
    package static func remedy(forNonASCII name: String) -> String {
        guard let ascii = aLabels(of: name) else { return "write it in ASCII: international names in their xn-- form" }
        return "write its xn-- form: \(ascii)"
    }

    /// The A-labels of an international DNS name: `müller.example` is `xn--mller-kva.example`. nil when it has none.
    ///
    /// Invisible characters would vanish on the way, so a name with them has none.
    package static func aLabels(of name: String) -> String? {
        guard visible(name) == name, let host = URLComponents(string: "https://\(name)/")?.encodedHost else { return nil }
        return HostNameFault(host) == nil ? host : nil
    }

    private static func host(ofURL text: String) -> String? {
        if let host = URLComponents(string: text)?.encodedHost, !host.isEmpty { return host }
        return text.split(separator: "/").first.map(String.init)
    }

    private func suggestion(_ name: String?) -> String {
        guard let name, HostNameFault(name) == nil else { return "" }
        return ": \(name)"
    }

    /// In quotes, at most 80 characters, invisible ones escaped.
    private func quoted(_ text: String) -> String {
        "'\(visible(String(text.prefix(80))))\(text.count > 80 ? "…" : "")'"
    }
}
