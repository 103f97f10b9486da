package import HTTPTypes
import HummingbirdCore

extension HTTPRequest.Method {
    /// Vault's verb for listing; a valid token (RFC 9110 §9.1), so the fallback is never taken.
    package static let list = HTTPRequest.Method("LIST") ?? .get

    /// What the framing handler makes of `LIST` so that it passes the parser.
    fileprivate static let link = HTTPRequest.Method("LINK") ?? .get
}

extension Request {
    /// The request with the method its client wrote.
    func withListMethod() -> Request {
        guard method == .link else { return self }
        var head = head
        head.method = .list
        return Request(head: head, body: body)
    }
}
