import PKI
import TestKit
import Testing

@Suite struct CRLFaultTests {
    private let issuer: ThrowAwayIssuer

    init() throws { issuer = try ThrowAwayCA().devices }

    /// A CRL put together by hand, so that each part can be wrong.
    private func forge(
        version: [UInt8] = [0x02, 0x01, 0x01], innerAlgorithm: [UInt8]? = nil, entries: [[UInt8]]? = nil, extensions: [[UInt8]] = []
    ) throws -> [UInt8] {
        var tbs = DERWriter()
        tbs.constructed(0x30) { tbs in
            tbs.raw(version)
            tbs.raw(innerAlgorithm ?? issuer.key.algorithm.signature.identifier)
            tbs.raw(issuer.certificate.subjectDER)
            tbs.time(ThrowAwayCA.now)
            tbs.time(ThrowAwayCA.now + 60)
            if let entries { tbs.primitive(0x30, entries.flatMap { $0 }) }
            if !extensions.isEmpty { tbs.constructed(0xA0) { $0.primitive(0x30, extensions.flatMap { $0 }) } }
        }
        let signature = try issuer.key.sign(tbs.bytes)
        var list = DERWriter()
        list.constructed(0x30) { list in
            list.raw(tbs.bytes)
            list.raw(issuer.key.algorithm.signature.identifier)
            list.bitString(signature)
        }
        return list.bytes
    }

    private func entry(_ serial: [UInt8], extensions: [[UInt8]] = []) -> [UInt8] {
        var entry = DERWriter()
        entry.constructed(0x30) { entry in
            entry.primitive(0x02, serial)
            entry.time(ThrowAwayCA.now)
            if !extensions.isEmpty { entry.primitive(0x30, extensions.flatMap { $0 }) }
        }
        return entry.bytes
    }

    @Test func `critical extensions are recognised in the list and in its entries`() throws {
        let deltaCRLIndicator = ObjectIdentifierDER(content: [0x55, 0x1D, 0x1B])
        let issuingDistributionPoint = ObjectIdentifierDER(content: [0x55, 0x1D, 0x1C])
        let certificateIssuer = ObjectIdentifierDER(content: [0x55, 0x1D, 0x1D])
        let number = ForgedRequest.ext(.cRLNumber, [0x02, 0x01, 0x05])
        let table: [(name: String, der: [UInt8], unknown: Bool)] = [
            ("none", try forge(extensions: [number]), false),
            ("delta", try forge(extensions: [number, ForgedRequest.ext(deltaCRLIndicator, critical: true, [0x02, 0x01, 0x01])]), true),
            ("scope", try forge(extensions: [ForgedRequest.ext(issuingDistributionPoint, critical: true, [0x30, 0x00])]), true),
            ("scope, not critical", try forge(extensions: [ForgedRequest.ext(issuingDistributionPoint, [0x30, 0x00])]), false),
            ("critical number", try forge(extensions: [ForgedRequest.ext(.cRLNumber, critical: true, [0x02, 0x01, 0x05])]), false),
            (
                "entry",
                try forge(entries: [entry([1], extensions: [ForgedRequest.ext(certificateIssuer, critical: true, [0x30, 0x00])])]),
                true
            ),
        ]
        for row in table {
            #expect(try CertificateRevocationList(der: row.der).hasUnknownCriticalExtension == row.unknown, "\(row.name)")
        }
    }

    @Test func `structures RFC 5280 does not know are refused with the reason`() throws {
        let reason = { (code: UInt8) in ForgedRequest.ext(.reasonCode, [0x0A, 0x01, code]) }
        let table: [(name: String, der: [UInt8], isExpected: (InvalidCRL) -> Bool)] = [
            ("version 1", try forge(version: []), { $0 == .unsupportedVersion(0) }),
            ("version 3", try forge(version: [0x02, 0x01, 0x02]), { $0 == .unsupportedVersion(2) }),
            (
                "the largest version", try forge(version: [0x02, 0x08, 0x7F] + [UInt8](repeating: 0xFF, count: 7)),
                { $0 == .unsupportedVersion(.max) }
            ),
            ("two algorithms", try forge(innerAlgorithm: KeyAlgorithm.Signature.ecdsaWithSHA384.identifier), { $0 == .algorithmMismatch }),
            ("empty list", try forge(entries: []), { $0 == .emptyList }),
            ("serial 0", try forge(entries: [entry([0])]), { if case .invalidSerialNumber(.zero, _) = $0 { true } else { false } }),
            ("negative serial", try forge(entries: [entry([0xFF])]), { if case .notDER(.invalidInteger) = $0 { true } else { false } }),
            (
                "serial of 21 octets", try forge(entries: [entry([UInt8](repeating: 0x7F, count: 21))]),
                { if case .invalidSerialNumber(.tooLong(octets: 21), _) = $0 { true } else { false } }
            ),
            (
                "removeFromCRL", try forge(entries: [entry([1], extensions: [reason(8)])]),
                { if case .unsupportedReason(code: 8, _) = $0 { true } else { false } }
            ),
            (
                "hold", try forge(entries: [entry([1], extensions: [reason(6)])]),
                { if case .unsupportedReason(code: 6, _) = $0 { true } else { false } }
            ),
        ]
        for row in table {
            let error = #expect(throws: InvalidCRL.self, "\(row.name)") { try CertificateRevocationList(der: row.der) }
            guard let error else { continue }
            #expect(row.isExpected(error), "\(row.name): \(error)")
            // In the user's words: no case of an enumeration, and no position of a parser.
            #expect(!error.summary.contains("(") && !error.summary.contains("octet "), "\(row.name): \(error.summary)")
        }
    }

    @Test func `every truncation and anything after it is refused`() throws {
        let der = try forge(entries: [entry([1])])
        for count in 0..<der.count {
            #expect(throws: InvalidCRL.self) { try CertificateRevocationList(der: Array(der.prefix(count))) }
        }
        let end = der.count
        #expect(throws: InvalidCRL.notDER(.trailingOctets(at: end))) { try CertificateRevocationList(der: der + [0]) }
    }

    @Test func `a flipped bit anywhere is refused or breaks the signature`() throws {
        let der = try forge(entries: [entry([1])], extensions: [ForgedRequest.ext(.cRLNumber, [0x02, 0x01, 0x05])])
        let original = try CertificateRevocationList(der: der)
        try #require(original.isSigned(by: issuer.certificate))
        for index in der.indices {
            var changed = der
            changed[index] ^= 1
            let list: CertificateRevocationList
            do throws(InvalidCRL) {
                list = try CertificateRevocationList(der: changed)
            } catch {
                continue
            }
            #expect(!list.isSigned(by: issuer.certificate), "octet \(index)")
        }
    }

    @Test func `a PEM text has exactly one CRL, or all of them are read`() throws {
        let list = try CertificateRevocationList(der: try forge())
        #expect(throws: InvalidCRL.wrongCount(2)) { try CertificateRevocationList(pem: list.pem + list.pem) }
        #expect(try CertificateRevocationList.all(pem: list.pem + list.pem) == [list, list])
        let certificate = issuer.certificate.pem
        #expect(throws: InvalidCRL.wrongLabel("CERTIFICATE")) { try CertificateRevocationList(pem: certificate) }
    }
}
