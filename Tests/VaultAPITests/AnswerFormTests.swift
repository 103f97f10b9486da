import APISchema
import Foundation
import HTTPFront
import HTTPTypes
import HummingbirdCore
import NIOCore
import PKI
import Testing

@testable import VaultAPI

@Suite struct AnswerFormTests {
    private func format(_ body: String, makesKey: Bool = true) throws -> CertificateFormat {
        try CertificateFormat(RequestFields(ByteBuffer(string: body)), makesKey: makesKey)
    }

    private let answer = SignedCertificate(
        certificate: PEM.encode([1], type: "CERTIFICATE"), issuingCA: PEM.encode([2], type: "CERTIFICATE"),
        caChain: [PEM.encode([2], type: "CERTIFICATE"), PEM.encode([3], type: "CERTIFICATE")], serialNumber: "01", expiration: 2,
        notBefore: 1, renewAt: 1, privateKey: PEM.encode([4], type: "EC PRIVATE KEY"), privateKeyType: "ec")

    @Test func `the root leaves the chain where it is not wanted, once`() throws {
        for encoding in ["pem", "der", "pem_bundle"] {
            let body = #"{"format": "\#(encoding)", "remove_roots_from_chain": "true"}"#
            #expect(try format(body).applied(to: answer).caChain.count == 1, "\(encoding)")
        }
        let bundle = try format(#"{"format": "pem_bundle", "remove_roots_from_chain": true}"#).applied(to: answer).certificate
        #expect(try PEM.decode(bundle).map(\.der) == [[4], [1], [2]])
    }

    @Test func `DER is base64 of every part, the key's too`() throws {
        let answer = try format(#"{"format": "der"}"#).applied(to: answer)
        #expect([answer.certificate, answer.issuingCA, answer.privateKey] == ["AQ==", "Ag==", "BA=="])
        #expect(answer.caChain == ["Ag==", "Aw=="])
    }

    private static let keys: [(form: String, kind: KeyAlgorithm, label: String)] = [
        ("", .p256, "EC PRIVATE KEY"), ("der", .p384, "EC PRIVATE KEY"), ("pem", .rsa2048, "RSA PRIVATE KEY"),
        ("pkcs8", .p256, "PRIVATE KEY"), ("pkcs8", .rsa2048, "PRIVATE KEY"), ("", .ed25519, "PRIVATE KEY"),
    ]

    @Test func `a key has its algorithm's own form unless PKCS#8 is asked for`() throws {
        for row in Self.keys {
            let key = try PrivateKey.generate(row.kind)
            let encoded = key.encoded(try format(#"{"private_key_format": "\#(row.form)"}"#).keyForm)
            #expect(encoded.type == row.label, "\(row)")
            #expect(try PrivateKey(pem: PEM.encode(encoded.der, type: encoded.type)).publicKey == key.publicKey, "\(row)")
        }
    }

    @Test(arguments: [#"{"format": "jks"}"#, #"{"private_key_format": "jks"}"#])
    func `an unknown form is refused`(body: String) throws {
        #expect(throws: APIFailure.self) { try format(body) }
    }

    private static func request(_ path: String) -> Request {
        Request(
            head: HTTPRequest(method: .get, scheme: "https", authority: "ca", path: path),
            body: RequestBody(buffer: ByteBuffer()))
    }

    private static let pages: [(query: String, keys: [String])] = [
        ("", ["a", "b", "c"]), ("?limit=0", ["a", "b", "c"]), ("?limit=-5", ["a", "b", "c"]), ("?limit=2", ["a", "b"]),
        ("?limit=5000", ["a", "b", "c"]), ("?after=a", ["b", "c"]), ("?after=a&limit=1", ["b"]), ("?after=aa", ["b", "c"]),
        ("?after=c", []),
        ("?limit=9223372036854775807", ["a", "b", "c"]), ("?limit=-9223372036854775808", ["a", "b", "c"]),
    ]

    @Test func `a list is whole unless a limit above zero cuts it`() throws {
        for row in Self.pages {
            #expect(try Page(Self.request("/v1/pki/roles\(row.query)")).keys(of: ["c", "a", "b"]) == row.keys, "\(row)")
        }
    }

    @Test(arguments: ["x", "1.5", "9223372036854775808"])
    func `a limit that is no whole number is refused`(limit: String) throws {
        let failure = #expect(throws: APIFailure.self) { try Page(Self.request("/v1/pki/roles?limit=\(limit)")) }
        #expect(failure?.code == "malformed_limit")
    }

    @Test(arguments: [
        (query: "", code: 200), ("?activecode=299", 299), ("?activecode=204&sealedcode=299", 204), ("?standbyok=true", 200),
        ("?standbycode=299&uninitcode=299", 200),
    ])
    func `health has the status that was asked for an active server`(query: String, code: Int) throws {
        #expect(try HealthStatus(Self.request("/v1/sys/health\(query)")).active.code == code)
    }

    @Test(arguments: ["activecode=ok", "activecode=99", "activecode=100", "sealedcode=1000", "standbycode=-1", "uninitcode=9e2"])
    func `a status that no answer has is refused`(query: String) throws {
        let failure = #expect(throws: APIFailure.self) { try HealthStatus(Self.request("/v1/sys/health?\(query)")) }
        #expect(failure?.code == "malformed_query")
    }

    private static let unserved: [(path: String, words: String)] = [
        ("/v1/pki/config/auto-tidy", "* unsupported path\n"), ("/v1/sys/policies/acl", "* unsupported path\n"),
        ("/v1/auth/token/nothing", "* unsupported path\n"), ("/v1/pki", "* unsupported path\n"),
        ("/v1/nothere/x", #"no handler for route "nothere/x". route entry not found."#),
        ("/v1/pkix/x", #"no handler for route "pkix/x". route entry not found."#),
        ("/v1/auth/approle/login", #"no handler for route "auth/approle/login". route entry not found."#),
    ]

    @Test func `a path where nothing is served is refused in Vault's words and in ours`() {
        for row in Self.unserved {
            let failure = VaultAPI.unserved(row.path, mount: "pki")
            #expect(failure.status == .notFound && failure.code == "not_found", "\(row)")
            #expect(failure.errors.count == 2 && failure.errors[0].contains(row.words), "\(row): \(failure)")
            #expect(failure.errors.last?.contains("remedy: ") == true, "\(row)")
        }
    }
}
