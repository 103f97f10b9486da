import PKI
import TestKit
import Testing

@Suite struct CertificateBundleTests {
    private let authority: ThrowAwayCA
    /// A certificate whose serial number is negative.
    private let odd: String

    init() throws {
        authority = try ThrowAwayCA()
        var der = authority.root.certificate.der
        let serial = authority.root.certificate.serialNumber.octets
        let start = try #require(der.indices.first { der[$0...].starts(with: serial) })
        der[start] |= 0x80
        odd = PEM.encode(der, type: "CERTIFICATE")
    }

    @Test func `a certificate that cannot be read hides no other, and is named`() throws {
        let root = authority.root.certificate
        for text in [odd + root.pem, root.pem + odd, "\u{FEFF}# mine\r\n" + root.pem + odd + "-----BEGIN CERTIFICATE-----\nAQ"] {
            let bundle = CertificateBundle(pem: text)
            #expect(bundle.certificates == [root])
            #expect(bundle.passedOver.contains { $0.contains("serial number") || $0.contains("RFC 5280") }, "\(bundle.passedOver)")
            try bundle.requireSome()
        }
        let none = CertificateBundle(pem: odd)
        #expect(none.certificates.isEmpty && none.passedOver.count == 1)
        #expect(throws: NoCertificate.self) { try none.requireSome() }
    }

    @Test func `DER, PEM and a key with its chain in one file are read, the leaf first`() throws {
        let (devices, root) = (authority.devices.certificate, authority.root.certificate)
        #expect(CertificateBundle(root.der).certificates == [root])
        #expect(CertificateBundle(Array(root.pem.utf8)).certificates == [root])
        let combined = CertificateBundle(Array((authority.devices.key.pem + devices.pem + root.pem).utf8))
        #expect(combined.certificates == [devices, root] && combined.passedOver.isEmpty)
        #expect(CertificateBundle(pem: PEM.encode(root.der, type: "X509 CERTIFICATE")).certificates == [root])
    }

    @Test func `a file without a certificate says what it is`() throws {
        let key = authority.devices.key
        let request = try makeSigningRequest(key: key, commonName: "x", organization: nil, organizationalUnit: nil, names: [])
        let pkcs12: [UInt8] = [0x30, 0x05, 0x02, 0x01, 0x03, 0x30, 0x00]
        let table: [([UInt8], String)] = [
            (Array(key.pem.utf8), "private key"), (key.der, "private key"), (request, "signing request"),
            (Array(PEM.encode(request, type: "CERTIFICATE REQUEST").utf8), "signing request"), (pkcs12, "PKCS #12"),
            (Array(PEM.encode([1], type: "PKCS7").utf8), "PKCS #7"), (Array(PEM.encode([1], type: "X509 CRL").utf8), "CRL"),
            (Array("hello".utf8), "neither PEM nor DER"), ([], "empty"), ([0xFE, 0xED, 0xFE, 0xED, 0], "Java"),
            ([0xFF, 0xFE, 0x2D, 0], "UTF-16"), (Array(odd.utf8), "serial number"),
        ]
        for (octets, says) in table {
            let error = #expect(throws: NoCertificate.self) { try CertificateBundle(octets).requireSome() }
            #expect(error?.summary.contains(says) == true || (says == "serial number" && error != nil), "\(says): \(error?.summary ?? "")")
        }
    }
}
