package import PKI

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
