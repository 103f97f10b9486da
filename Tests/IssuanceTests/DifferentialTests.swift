import Foundation
import Issuance
import PKI
import SwiftASN1
import TestKit
import Testing
import X509

/// Our own writer against swift-certificates, to which everything here is told again in its own words.
@Suite struct DifferentialTests {
    /// What varies: usages, purposes, keys, names, times, serial numbers.
    private struct Draw {
        let role: String
        let text: String
        let key: SubjectPublicKey
        let request: NameRequest
        let seed: UInt64

        init(_ number: Int) throws {
            var generator = SeededGenerator(seed: UInt64(number))
            let keys = try [Keys.p256, Keys.p256, Keys.p384, Keys.ed25519, Keys.rsa].map { try $0.publicKey }
            key = keys[Int.random(in: 0..<keys.count, using: &generator)]
            seed = UInt64(number)
            role = "drawn"
            let isDevice = Bool.random(using: &generator)
            let usages = [["DigitalSignature"], ["DigitalSignature", "KeyAgreement"], ["DigitalSignature", "KeyEncipherment"]]
            let usage = usages[Int.random(in: 0..<3, using: &generator)].joined(separator: ", ")
            let (server, client) = [(true, true), (true, false), (false, true)][Int.random(in: 0..<3, using: &generator)]
            let days = Int.random(in: 1...3_000, using: &generator)
            text = """
                issuer_ref: \(Bool.random(using: &generator) ? "devices" : "services")
                ttl: \(days)d
                not_before_duration: \(Int.random(in: 0...60, using: &generator))m
                allowed_key_types: [ec-p256, ec-p384, ed25519, rsa]
                min_rsa_bits: 2048
                key_usage: [\(usage)]
                server_flag: \(server)
                client_flag: \(client)
                renewal: {from_percent: 50, to_percent: 65, grace: 1h, exclusive: \(isDevice)}
                \(isDevice ? Self.device : Self.service)
                """
            request = isDevice ? Self.deviceRequest(&generator) : Self.serviceRequest(&generator)
        }

        private static let device = "device:\n  organization: [$organizations]\n  ou: [\"*\"]"
        private static let service = """
            service:
              allow_any_name: true
              allow_subdomains: true
              allow_ip_sans: true
              allowed_ip_sans_cidr: ["0.0.0.0/0", "::/0"]
              allowed_domains: [$service_domains]
              allowed_uri_sans: ["*"]
            """

        private static func deviceRequest(_ generator: inout SeededGenerator) -> NameRequest {
            let digits = hexadecimal((0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) })
            let cuts = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
            let uuid = cuts.map { String(digits.dropFirst($0.lowerBound).prefix($0.count)) }.joined(separator: "-")
            let types = ["sensor", "Größe-7", "传感器", String(repeating: "x", count: 64)]
            return NameRequest(
                commonName: uuid, organization: "Example", organizationalUnit: types[Int.random(in: 0..<4, using: &generator)])
        }

        private static func serviceRequest(_ generator: inout SeededGenerator) -> NameRequest {
            let names: [PKI.GeneralName] = (0..<Int.random(in: 1...12, using: &generator)).map { index in
                switch index == 0 ? 0 : Int.random(in: 0..<4, using: &generator) {
                case 0: .dns("s\(UInt32.random(in: 0...UInt32.max, using: &generator))-\(index).internal")
                case 1: .ip([10] + (0..<3).map { _ in UInt8.random(in: 0...255, using: &generator) })
                case 2: .ip((0..<16).map { _ in UInt8.random(in: 1...255, using: &generator) })
                default: .uri("spiffe://example/\(String(repeating: "a", count: Int.random(in: 1...200, using: &generator)))\(index)")
                }
            }
            return NameRequest(names: names)
        }
    }

    @Test(arguments: 0..<20) func `two thousand drawn certificates are octet for octet what swift-certificates writes`(part: Int)
        async throws
    {
        var refused = 0
        for number in part * 100..<part * 100 + 100 {
            let draw = try Draw(number)
            let bench = try Bench(profiles: ["profiles/drawn.yaml": draw.text])
            let plan: CertificatePlan
            do {
                plan = try bench.plan(draw.request, role: draw.role, key: draw.key, seed: draw.seed).plan
            } catch is IssuanceRefusal {
                refused += 1
                continue
            }
            let issued = try await CertificateDocument(der: bench.maker.make(plan).der)
            let expected = try otherWords(plan, bench)
            #expect(issued.certificate.tbsCertificateBytes == expected.tbsCertificateBytes, "draw \(number): \(draw.text)")
        }
        #expect(refused < 10, "the drawn requests must be such that profiles allow them")
    }

    private func otherWords(_ plan: CertificatePlan, _ bench: Bench) throws -> Certificate {
        let issuer = try bench.maker.issuer(of: plan.profile)
        let own = plan.profile.issuerRef == "devices" ? bench.ca.devices : bench.ca.services
        var subject: [RelativeDistinguishedName] = []
        let attributes: [(ASN1ObjectIdentifier, String?)] = [
            (.RDNAttributeType.organizationName, plan.names.organization),
            (.RDNAttributeType.organizationalUnitName, plan.names.organizationalUnit),
            (.RDNAttributeType.commonName, plan.names.commonName),
        ]
        for case (let type, let value?) in attributes {
            subject.append(RelativeDistinguishedName([.init(type: type, utf8String: value)]))
        }
        return try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(bytes: plan.serialNumber.octets[...]),
            publicKey: Certificate.PublicKey(derEncoded: plan.publicKey.der),
            notValidBefore: Date(timeIntervalSince1970: Double(plan.notBefore.seconds)),
            notValidAfter: Date(timeIntervalSince1970: Double(plan.notAfter.seconds)),
            issuer: own.certificate.certificate.subject, subject: DistinguishedName(subject), signatureAlgorithm: .ecdsaWithSHA256,
            extensions: extensions(plan, issuer), issuerPrivateKey: Certificate.PrivateKey(derBytes: own.key.der))
    }

    private func extensions(_ plan: CertificatePlan, _ issuer: Issuer) throws -> Certificate.Extensions {
        let usages = plan.profile.keyUsage(for: plan.publicKey.algorithm)
        let purposes = (plan.profile.serverFlag ? [ExtendedKeyUsage.Usage.serverAuth] : []) + (plan.profile.clientFlag ? [.clientAuth] : [])
        return try Certificate.Extensions([
            SubjectKeyIdentifier(keyIdentifier: plan.publicKey.keyIdentifier[...]).makeCertificateExtension(),
            Critical(
                KeyUsage(
                    digitalSignature: usages.contains(.digitalSignature), keyEncipherment: usages.contains(.keyEncipherment),
                    keyAgreement: usages.contains(.keyAgreement))
            ).makeCertificateExtension(),
            ExtendedKeyUsage(purposes).makeCertificateExtension(),
            SubjectAlternativeNames(plan.names.names.map(otherName)).makeCertificateExtension(),
            AuthorityKeyIdentifier(keyIdentifier: issuer.certificate.publicKey.keyIdentifier[...]).makeCertificateExtension(),
            distributionPoint(issuer.locations.crl),
            AuthorityInformationAccess([.init(method: .issuingCA, location: .uniformResourceIdentifier(issuer.locations.certificate))])
                .makeCertificateExtension(),
        ])
    }

    private func otherName(_ name: PKI.GeneralName) -> X509.GeneralName {
        switch name {
        case .dns(let text): .dnsName(text)
        case .uri(let text): .uniformResourceIdentifier(text)
        case .email(let text): .rfc822Name(text)
        case .ip(let octets): .ipAddress(ASN1OctetString(contentBytes: octets[...]))
        case .other(let text): .dnsName(text)
        }
    }

    /// swift-certificates has no distribution points: SwiftASN1 writes one.
    private func distributionPoint(_ uri: String) -> Certificate.Extension {
        var serializer = DER.Serializer()
        let context = { (number: UInt) in ASN1Identifier(tagWithNumber: number, tagClass: .contextSpecific) }
        serializer.appendConstructedNode(identifier: .sequence) { points in
            points.appendConstructedNode(identifier: .sequence) { point in
                point.appendConstructedNode(identifier: context(0)) { name in
                    name.appendConstructedNode(identifier: context(0)) { fullName in
                        fullName.appendPrimitiveNode(identifier: context(6)) { $0.append(contentsOf: uri.utf8) }
                    }
                }
            }
        }
        return Certificate.Extension(oid: [2, 5, 29, 31] as ASN1ObjectIdentifier, critical: false, value: serializer.serializedBytes[...])
    }
}
