import PKI
import SwiftASN1
import TestKit
import Testing
import X509

@testable import PKI

/// Our reading of requested extensions against swift-certificates'.
@Suite struct RequestedExtensionsTests {
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

    /// What we and swift-certificates read of a request's extensions; nil where one refuses them.
    private func results(_ der: [UInt8]) throws -> (ours: RequestedExtensions?, theirs: JudgedExtensions?) {
        let outline = try SigningRequestOutline(der: der)
        return (try? RequestedExtensions(outline.attributes), try? JudgedExtensions(CertificateSigningRequest(derEncoded: der)))
    }

    @Test func `what swift-certificates reads in extensions, we read the same`() throws {
        var read = 0
        for number in 0..<3_000 {
            let (ours, theirs) = try results(drawn(number))
            guard let theirs else { continue }
            read += 1
            let other = try #require(ours, "request \(number): we refuse it")
            #expect(other.names == theirs.names && other.requestsCA == theirs.requestsCA, "request \(number)")
            #expect(other.unknownCritical == theirs.unknownCritical, "request \(number)")
        }
        #expect(read > 500)
    }

    @Test func `a changed octet is never read otherwise than swift-certificates reads it`() throws {
        let good = try makeSigningRequest(
            key: key, commonName: "x", organization: "y", organizationalUnit: nil, names: [.dns("x.y"), .ip([10, 0, 0, 1]), .uri("a:b")])
        for position in good.indices {
            for change: UInt8 in [0x01, 0x20, 0x80, 0xFF] {
                var changed = good
                changed[position] ^= change
                // The signature does not hold any more; what both make of the rest must agree.
                guard let outline = try? SigningRequestOutline(der: changed), let ours = try? RequestedExtensions(outline.attributes),
                    let theirs = try? JudgedExtensions(CertificateSigningRequest(derEncoded: changed))
                else { continue }
                #expect(ours.names == theirs.names && ours.requestsCA == theirs.requestsCA, "octet \(position) ^ \(change)")
            }
        }
    }
}

/// What swift-certificates reads in the extensionRequest attribute, strictly DER.
private struct JudgedExtensions {
    var names: [PKI.GeneralName] = []
    var requestsCA = false
    var unknownCritical: [String] = []

    init(_ request: CertificateSigningRequest) throws {
        for requested in try request.attributes.extensionRequest?.extensions ?? Certificate.Extensions([]) {
            switch requested.oid {
            case .X509ExtensionID.subjectAlternativeName: names = try SubjectAlternativeNames(requested).map { GeneralName($0) }
            case .X509ExtensionID.basicConstraints:
                if case .isCertificateAuthority = try BasicConstraints(requested) { requestsCA = true }
            case .X509ExtensionID.keyUsage:
                let usage = try KeyUsage(requested)
                if usage.keyCertSign || usage.cRLSign { requestsCA = true }
            case .X509ExtensionID.extendedKeyUsage: break
            default: if requested.critical { unknownCritical.append(String(describing: requested.oid)) }
            }
        }
    }
}
