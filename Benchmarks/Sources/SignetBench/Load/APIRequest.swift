import NIOCore
import NIOHTTP1

/// A request made ready before the clock runs.
struct APIRequest: Sendable {
    let head: HTTPRequestHead
    let body: ByteBuffer?

    /// - Parameters:
    ///   - token: sent as `X-Vault-Token`; nil where the connection's client certificate is the credential, or none is needed.
    ///   - json: an encoded body.
    init(_ method: HTTPMethod, _ path: String, token: String? = nil, json: [UInt8]? = nil) {
        var headers: HTTPHeaders = ["Host": "localhost"]
        if let token { headers.add(name: "X-Vault-Token", value: token) }
        if let json {
            headers.add(name: "Content-Type", value: "application/json")
            headers.add(name: "Content-Length", value: String(json.count))
        }
        head = HTTPRequestHead(version: .http1_1, method: method, uri: path, headers: headers)
        body = json.map { ByteBuffer(bytes: $0) }
    }
}

/// What came back.
struct Answer: Sendable {
    /// The HTTP status; 0 when the connection failed before there was one.
    let status: Int
    let body: ByteBuffer
    /// Why there was no answer.
    var failure: String?

    var isSuccess: Bool { (200..<300).contains(status) && failure == nil }
    /// True of a refusal with this code.
    func isRefusal(_ code: String) -> Bool {
        (400..<500).contains(status) && failure == nil && String(buffer: body).contains("\"code\":\"\(code)\"")
    }

    /// For a person, when it is no success.
    var complaint: String { failure ?? "\(status) \(body.getString(at: body.readerIndex, length: min(300, body.readableBytes)) ?? "")" }
}
