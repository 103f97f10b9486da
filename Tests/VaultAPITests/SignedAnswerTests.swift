import APISchema
import Foundation
import Issuance
import Ledger
import PKI
import TestKit
import Testing

@testable import Authority
@testable import VaultAPI

@Suite struct SignedAnswerTests {
    private let ca: ThrowAwayCA
    private let issuer: Issuer

    init() throws {
        let ca = try ThrowAwayCA()
        issuer = try ca.devices.issuer("devices", root: ca.root.certificate)
        self.ca = ca
    }

    private func certified(privateKey: PrivateKey? = nil, warnings: [String] = []) throws -> IssuanceResult {
        let leaf = try ca.devices.issue(
            to: PrivateKey.generate(.p256).publicKey, serialNumber: SerialNumber(octets: [0x40, 0x0A, 0xFF]), commonName: "x")
        let record = CertificateRecord(
            serialNumber: leaf.serialNumber, issuer: "devices", identity: IdentityName(profile: "device", name: "x"), lineage: 1,
            generation: 1,
            profile: "device", profileVersion: "", commonName: "x", organization: nil, organizationalUnit: nil, subjectAlternativeNames: [],
            notBefore: leaf.notBefore, notAfter: leaf.notAfter, publicKeySHA256: leaf.publicKey.sha256, requester: "token:x", der: leaf.der)
        return IssuanceResult(record: record, issuer: issuer, renewAt: leaf.notAfter - 5, warnings: warnings, privateKey: privateKey)
    }

    private func octets(_ certified: IssuanceResult, warnings: [String]) throws -> Data {
        Data(
            try SignedAnswer(
                certified: certified, requestID: "00000000-0000-4000-8000-000000000000", warnings: warnings,
                issuerFields: SignedAnswer.issuerFields(certificate: issuer.certificate, chain: issuer.chain)
            ).json())
    }

    @Test(arguments: [[], ["one"], ["a \"quoted\" one", "line\nend", "ü"]])
    func `an answer says what the encoder would say`(warnings: [String]) throws {
        for key in try [nil, PrivateKey.generate(.p256), PrivateKey.generate(.ed25519)] {
            let certified = try certified(privateKey: key)
            let data = try octets(certified, warnings: warnings)
            let envelope = Envelope(
                requestID: "00000000-0000-4000-8000-000000000000", data: SignedCertificate(certified),
                warnings: warnings.isEmpty ? nil : warnings)
            let ours = try #require(try JSONSerialization.jsonObject(with: data) as? NSDictionary)
            let theirs = try #require(try JSONSerialization.jsonObject(with: JSONEncoder().encode(envelope)) as? NSDictionary)
            #expect(ours == theirs)
        }
    }

    @Test func `openssl reads the certificates in it`() throws {
        let data = try octets(certified(), warnings: [])
        let answer = try JSONDecoder().decode(Envelope<SignedCertificate>.self, from: data)
        let signed = try #require(answer.data)
        let directory = try TemporaryDirectory()
        let result = try run(
            "openssl",
            [
                "verify", "-attime", "\(ThrowAwayCA.now.seconds)", "-CAfile", directory.write(signed.caChain[1], to: "root.pem"),
                "-untrusted",
                directory.write(signed.issuingCA, to: "issuing.pem"), directory.write(signed.certificate, to: "leaf.pem"),
            ])
        #expect(result.status == 0, "\(result)")
    }
}
