import Foundation
package import HTTPTypes
package import HummingbirdCore
package import NIOCore

extension Response {
    /// A JSON answer that nobody may store; the content type has no charset, because Vault's clients compare it as text.
    package static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        let headers: HTTPFields = [.contentType: ContentType.json, .cacheControl: "no-store"]
        do {
            return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: try encoder.encode(value))))
        } catch {
            // Only a number that JSON cannot write gets here, and no type of the API has one.
            return Response(status: .internalServerError, headers: headers)
        }
    }

    /// A refusal as plain text that says its status.
    package static func plain(_ status: HTTPResponse.Status, headers: HTTPFields = [:]) -> Response {
        var headers = headers
        headers[.contentType] = "text/plain"
        headers[.cacheControl] = "no-store"
        return Response(
            status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: "\(status.code) \(status.reasonPhrase)\n")))
    }

    /// A document such as a certificate or a CRL, with its validator; 304 when the client has it already (RFC 9110 §13.1.2).
    package static func document(
        _ content: ByteBuffer, contentType: String, entityTag: EntityTag? = nil, cacheControl: String = "no-store", to request: Request
    ) -> Response {
        document(ResponseBody(byteBuffer: content), contentType: contentType, entityTag: entityTag, cacheControl: cacheControl, to: request)
    }

    /// Likewise, whatever its body is made from.
    package static func document(
        _ body: ResponseBody, contentType: String, entityTag: EntityTag? = nil, cacheControl: String = "no-store", to request: Request
    ) -> Response {
        var headers: HTTPFields = [.contentType: contentType, .cacheControl: cacheControl]
        if let entityTag {
            headers[.eTag] = entityTag.field
            let conditions = request.headers[values: .ifNoneMatch]
            if !conditions.isEmpty, entityTag.matches(anyOf: conditions) {
                headers[.contentType] = nil
                return Response(status: .notModified, headers: headers)
            }
        }
        return Response(status: .ok, headers: headers, body: body)
    }
}

/// The content types of what the servers hand out, as their clients compare them.
package enum ContentType {
    package static let json = "application/json"
    /// DER of a certificate (RFC 2585).
    package static let certificate = "application/pkix-cert"
    /// DER of a CRL (RFC 2585).
    package static let revocationList = "application/pkix-crl"
    package static let pemFile = "application/x-pem-file"
    /// RFC 8555 §9.1; Vault uses it for `ca/pem` and `ca_chain`.
    package static let pemChain = "application/pem-certificate-chain"
}

/// A strong validator (RFC 9110 §8.8.3): equal tags mean equal octets.
package struct EntityTag: Hashable, Sendable {
    /// What stands between the quotes.
    package let opaque: String

    /// Takes characters that may stand between the quotes, such as hexadecimal digits.
    package init(opaque: String) {
        self.opaque = opaque
    }

    /// The header field's value, quoted.
    package var field: String { "\"\(opaque)\"" }

    /// Whether `If-None-Match` names this tag: `*`, or any of a list, weak or strong (the weak comparison, RFC 9110 §13.1.2).
    package func matches(anyOf conditions: [String]) -> Bool {
        conditions.contains { condition in
            condition.split(separator: ",").contains { candidate in
                let bare = candidate.drop { $0 == " " || $0 == "\t" }
                let end = bare.lastIndex { $0 != " " && $0 != "\t" }
                let tag = end.map { bare[...$0] } ?? ""
                return tag == "*" || tag == field || tag == "W/" + field
            }
        }
    }
}
