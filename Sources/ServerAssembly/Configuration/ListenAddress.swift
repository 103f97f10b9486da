import HTTPFront

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
