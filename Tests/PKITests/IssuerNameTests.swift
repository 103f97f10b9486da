import PKI
import Testing

@Suite struct `An issuer's name` {
    @Test(arguments: [
        "devices", "a", "line-7", "x2", "devices-2", "devices-2027", "a-b-c", "x-999999", "root", "cert-1234567a",
        String(repeating: "a", count: 60),
    ])
    func `is made of plain words`(_ text: String) {
        #expect(IssuerName(text)?.description == text)
    }

    @Test(arguments: [
        "", "bundle", "default", "../devices", "a/b", "a.b", "-a", "a-", "a--b", "7a", "7", "Devices", "a b", "a\u{0}", "é",
        "devices-1234567",
        "devices-1764415200", String(repeating: "a", count: 61),
    ])
    func `is nothing else`(_ text: String) {
        #expect(IssuerName(text) == nil)
    }

    @Test func `tells the copies of its CRL from the CRLs of other issuers`() {
        #expect(IssuerName.copyNumber(in: "devices-1764415200.crl", of: "devices") == 1_764_415_200)
        #expect(IssuerName.copyNumber(in: "devices-2-1764415200.crl", of: "devices-2") == 1_764_415_200)
        for other in [
            "devices-2.crl", "devices-2-1764415200.crl", "devices.crl", "devices-1764415200.crl.pem", "devices-1764415200", "devices-.crl",
            "devices--1764415200.crl", "services-1764415200.crl", "devices-99999999999999999999.crl", "devices-1764415200x.crl",
        ] { #expect(IssuerName.copyNumber(in: other, of: "devices") == nil, "\(other)") }
    }
}
