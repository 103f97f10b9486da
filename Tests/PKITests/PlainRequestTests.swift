import PKI
import SwiftASN1
import TestKit
import Testing
import X509

@testable import PKI

/// The short way through a request against the general one.
@Suite struct PlainRequestTests {
    private let key: PrivateKey

    init() throws { key = try PrivateKey.generate(.p256) }

    /// Extensions and attributes, well-formed, odd and broken.
    private static let extensions: [(oid: ObjectIdentifierDER, value: [UInt8])] = [
        (.subjectAltName, [0x30, 0x03, 0x82, 0x01, 0x78]), (.subjectAltName, [0x30, 0x06, 0x87, 0x04, 10, 0, 0, 1]),
        (.subjectAltName, [0x30, 0x05, 0x87, 0x03, 10, 0, 0]), (.subjectAltName, [0x30, 0x03, 0x82, 0x01, 0xFF]),
        (.subjectAltName, [0x30, 0x05, 0x86, 0x03, 0x75, 0x3A, 0x61, 0x00]), (.subjectAltName, [0x30, 0x00]),
        (.subjectAltName, [0x30, 0x05, 0xA4, 0x03, 0x30, 0x01, 0x00]), (.subjectAltName, [0x30, 0x03, 0x88, 0x01, 0x2A]),
        (.subjectAltName, [0x30, 0x05, 0x81, 0x03, 0x61, 0x40, 0x62]), (.keyUsage, [0x03, 0x02, 0x07, 0x80]),
        (.keyUsage, [0x03, 0x02, 0x01, 0x06]), (.keyUsage, [0x03, 0x02, 0x02, 0x04]), (.keyUsage, [0x03, 0x02, 0x00, 0x80]),
        (.keyUsage, [0x03, 0x03, 0x07, 0x06, 0x80]), (.keyUsage, [0x03, 0x01, 0x00]), (.basicConstraints, [0x30, 0x00]),
        (.basicConstraints, [0x30, 0x03, 0x01, 0x01, 0xFF]), (.basicConstraints, [0x30, 0x03, 0x01, 0x01, 0x00]),
        (.basicConstraints, [0x31, 0x00]), (.extKeyUsage, [0x30, 0x00]), (.subjectKeyIdentifier, [0x04, 0x01, 0x01]),
        (ObjectIdentifierDER(content: [0x2A, 0x03]), [0x05, 0x00]),
    ]

    private func drawn(_ number: Int) throws -> [UInt8] {
        var generator = SeededGenerator(seed: UInt64(number))
        var request = ForgedRequest(key: key)
        let chosen = (0..<Int.random(in: 0...4, using: &generator)).map { _ in
            let (oid, value) = Self.extensions[Int.random(in: 0..<Self.extensions.count, using: &generator)]
            return ForgedRequest.ext(oid, critical: Int.random(in: 0..<4, using: &generator) == 0, value)
        }
        if !chosen.isEmpty || Bool.random(using: &generator) { request.attributes = [ForgedRequest.extensionRequest(chosen)] }
        return try request.der()
    }

    /// Both ways' result on what the outline takes; nil where a way gives none.
    private func results(_ der: [UInt8]) throws -> (plain: RequestedExtensions?, general: RequestedExtensions?) {
        let outline = try SigningRequestOutline(der: der)
        let general = try? RequestedExtensions(CertificateSigningRequest(derEncoded: der))
        return (RequestedExtensions(plain: outline.attributes), general)
    }

    @Test func `what the short way reads, the general way reads the same`() throws {
        var read = 0
        for number in 0..<3_000 {
            let (plain, general) = try results(drawn(number))
            guard let plain else { continue }
            read += 1
            let other = try #require(general, "request \(number): the general way refuses it")
            #expect(plain.names == other.names && plain.requestsCA == other.requestsCA, "request \(number)")
            #expect(plain.unknownCritical == other.unknownCritical, "request \(number)")
        }
        #expect(read > 500)
    }

    @Test func `a changed octet is never read otherwise by the short way`() throws {
        let good = try makeSigningRequest(
            key: key, commonName: "x", organization: "y", organizationalUnit: nil, names: [.dns("x.y"), .ip([10, 0, 0, 1]), .uri("a:b")])
        for position in good.indices {
            for change: UInt8 in [0x01, 0x20, 0x80, 0xFF] {
                var changed = good
                changed[position] ^= change
                guard let outline = try? SigningRequestOutline(der: changed), outline.hasPlainSubject,
                    let plain = RequestedExtensions(plain: outline.attributes)
                else { continue }
                // The signature does not hold any more; what the general way makes of the rest must agree.
                guard let general = try? RequestedExtensions(CertificateSigningRequest(derEncoded: changed)) else { continue }
                #expect(plain.names == general.names && plain.requestsCA == general.requestsCA, "octet \(position) ^ \(change)")
            }
        }
    }

    @Test func `the usual requests go the short way`() throws {
        let der = try makeSigningRequest(key: key, commonName: "x", organization: nil, organizationalUnit: nil, names: [.dns("x.internal")])
        #expect(try results(der).plain?.names == [.dns("x.internal")])
        let openssl = try run(
            "openssl",
            [
                "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "/dev/null", "-subj", "/CN=x",
                "-addext", "subjectAltName=DNS:a,IP:10.0.0.1", "-addext", "keyUsage=critical,digitalSignature", "-addext",
                "basicConstraints=CA:FALSE", "-outform", "DER",
            ]
        ).standardOutput
        #expect(try results(openssl).plain?.names == [.dns("a"), .ip([10, 0, 0, 1])])
    }
}
