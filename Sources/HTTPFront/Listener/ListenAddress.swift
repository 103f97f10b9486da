import PKI

/// Where a listener binds: `HOST:PORT`, with IPv6 addresses in brackets; port 0 lets the system choose.
package struct ListenAddress: Hashable, Sendable, CustomStringConvertible {
    /// A name or an address without brackets.
    package let host: String
    package let port: Int

    /// - Parameter host: a name or an address, without brackets.
    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Parses `127.0.0.1:8443`, `localhost:0` or `[::1]:8443`.
    package init(_ text: String) throws(InvalidListenAddress) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            throw InvalidListenAddress(text: text)
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            throw InvalidListenAddress(text: text)
        }
        guard !host.isEmpty, host.allSatisfy({ $0.isASCII && !$0.isWhitespace && $0 != "[" && $0 != "]" }) else {
            throw InvalidListenAddress(text: text)
        }
        self.host = String(host)
        self.port = Int(port)
    }

    /// The form that the initializer parses.
    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// A listen address that cannot be read.
package struct InvalidListenAddress: Explained, Hashable, Sendable {
    package let text: String

    /// What is wrong.
    package var summary: String { "\"\(text)\" is not an address to listen on" }
    /// What to do about it.
    package var remedy: String { "write HOST:PORT, such as 127.0.0.1:8443 or [::1]:8443" }
}

/// A listener that could not bind.
package struct ListenFailure: Explained, Sendable {
    package let address: ListenAddress
    /// The system's own words.
    package let reason: String

    /// What is wrong.
    package var summary: String { "cannot listen on \(address): \(reason)" }
    /// What to do about it.
    package var remedy: String { "stop the program that uses the address, or choose another one" }
}
