import Authority
import Foundation
import HTTPFront
import HTTPTypes
import HummingbirdCore
import Ledger
import NIOCore
import PKI

/// The answer of sign, issue and renew in format `pem`, written as octets: the issuer's certificates, most of it, are encoded once for all.
/// Measured: 59 µs of a signature less than `JSONEncoder` over texts; a test holds both to the same answer.
struct SignedAnswer {
    let certified: IssuanceResult
    let requestID: String
    let warnings: [String]
    /// `issuing_ca` and `ca_chain` as JSON.
    let issuerFields: [UInt8]
    var keyForm = CertificateFormat.KeyForm.der

    /// An answer that nobody may store.
    func response() throws -> Response {
        Response(
            status: .ok, headers: [.contentType: ContentType.json, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: try json())))
    }

    /// Vault's envelope; every key is always present.
    func json() throws -> [UInt8] {
        let record = certified.record
        var text = JSONOctets(capacity: issuerFields.count + record.der.count * 3 / 2 + 700)
        text.append(#"{"request_id":""#, requestID, #"","lease_id":"","renewable":false,"lease_duration":0,"data":{"certificate":""#)
        text.append(pem: record.der)
        text.append("\",")
        text.append(issuerFields)
        text.append(#","serial_number":""#, record.serialNumber.description, #"","expiration":"#, String(record.notAfter.seconds))
        text.append(#","not_before":"#, String(record.notBefore.seconds), #","renew_at":"#, String(certified.renewAt.seconds))
        if let key = certified.privateKey {
            text.append(#","private_key":""#)
            let (type, der) = key.encoded(keyForm)
            text.append(pem: der, type: type)
            text.append(#"","private_key_type":""#, key.algorithm.vaultType, "\"")
        }
        text.append(#"},"wrap_info":null,"warnings":"#)
        text.append(warnings.isEmpty ? Array("null".utf8) : Array(try JSONEncoder().encode(warnings)))
        text.append(#","auth":null}"#)
        return text.octets
    }

    /// `issuing_ca` and `ca_chain` of an issuer as JSON, without braces.
    static func issuerFields(certificate: CertificateDocument, chain: [CertificateDocument]) -> [UInt8] {
        var text = JSONOctets(capacity: 4_096)
        text.append(#""issuing_ca":""#)
        text.append(pem: certificate.der)
        text.append(#"","ca_chain":["#)
        for (index, document) in chain.enumerated() {
            text.append(index == 0 ? "\"" : ",\"")
            text.append(pem: document.der)
            text.append("\"")
        }
        text.append("]")
        return text.octets
    }
}

/// JSON being written; what goes in needs no escapes but those for line ends.
private struct JSONOctets {
    private(set) var octets: [UInt8] = []

    init(capacity: Int) { octets.reserveCapacity(capacity) }

    mutating func append(_ texts: String...) {
        for text in texts { octets.append(contentsOf: text.utf8) }
    }

    mutating func append(_ json: [UInt8]) { octets.append(contentsOf: json) }

    /// PEM without its last line end.
    mutating func append(pem der: [UInt8], type: String = "CERTIFICATE") {
        octets.append(contentsOf: PEM.octets(der, type: type, lineEnd: #"\n"#).dropLast(2))
    }
}
