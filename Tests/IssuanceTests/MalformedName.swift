import PKI
import Testing

/// A text that is no DNS name, what its refusal says and what it advises.
struct MalformedName: Sendable, CustomTestStringConvertible {
    let text: String
    let says: String
    let advises: String
    var testDescription: String { text }

    init(_ text: String, says: String, advises: String) {
        (self.text, self.says, self.advises) = (text, says, advises)
    }

    static let all: [MalformedName] = [
        .init("my_app.internal", says: "underscore", advises: "my-app.internal"),
        .init("_tls.internal", says: "underscore", advises: "without underscores"),
        .init("db.internal.", says: "ends in a dot", advises: ": db.internal"),
        .init("db.internal:8443", says: "a port", advises: ": db.internal"),
        .init("https://db.internal/x", says: "URL", advises: ": db.internal"),
        .init("10.1.2.3", says: "IP address", advises: "ip_sans"), .init("fd00::1", says: "IP address", advises: "ip_sans"),
        .init("a b.internal", says: "white space", advises: "without"), .init("*-a.internal", says: "star", advises: "*.example.org"),
        .init("a.*.internal", says: "star", advises: "*.example.org"), .init("a..internal", says: "empty label", advises: "one dot"),
        .init(".internal", says: "empty label", advises: "one dot"),
        .init("admin@db.internal", says: "mail address", advises: ": db.internal"),
        .init("m\u{FC}ller.internal", says: "beyond ASCII", advises: "xn--mller-kva.internal"),
        .init("a\u{200B}b.internal", says: "\\u{200B}", advises: "in ASCII"),
        .init(String(repeating: "a", count: 64) + ".internal", says: "64 characters, and 63", advises: "shorter"),
        .init(String(repeating: "abcdefghi.", count: 25) + "internal", says: "258 characters, and 253", advises: "shorter"),
        .init("-a.internal", says: "hyphen", advises: "without that hyphen"), .init("a$.internal", says: "'$'", advises: "letters, digits"),
    ]
}

/// A PKCS#10 request whose subject has any string types.
struct ForgedSubject {
    let key: PrivateKey
    var attributes: [(type: ObjectIdentifierDER, tag: UInt8, value: [UInt8])] = []

    init(key: PrivateKey) { self.key = key }

    func der() throws -> [UInt8] {
        var info = DERWriter()
        info.constructed(0x30) { info in
            info.integer(0)
            info.constructed(0x30) { name in
                for attribute in attributes {
                    name.constructed(0x31) { set in
                        set.constructed(0x30) { one in
                            one.objectIdentifier(attribute.type)
                            one.primitive(attribute.tag, attribute.value)
                        }
                    }
                }
            }
            info.raw(key.publicKey.der)
            info.constructed(0xA0) { _ in }
        }
        let signature = try key.sign(info.bytes)
        var request = DERWriter()
        request.constructed(0x30) { request in
            request.raw(info.bytes)
            request.raw(key.algorithm.signature.identifier)
            request.bitString(signature)
        }
        return request.bytes
    }
}
