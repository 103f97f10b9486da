import Testing

extension AgainstRealPrograms {
    @Suite(.needs(.pkilint, .curl, .openssl, .faketime)) struct Pkilint {
        @Test func `pkilint has nothing to say about certificates and lists, one that entries have left among them`() async throws {
            try await TestCA.servingListsThatEntriesLeft { authority in
                let device = try await authority.enrolDevice(deviceID(1))
                let service = try await authority.enrolService("mqtt.broker.test", addresses: ["127.0.0.1"])
                _ = try await authority.revoke(try await authority.enrolDevice(deviceID(2)))
                for issuer in ["devices", "services", "root"] {
                    let list = try await authority.fetch("crl/\(issuer).crl")
                    try await lint("lint_crl", ["-t", issuer == "root" ? "ARL" : "CRL", "-p", "PKIX"], list, in: authority.sandbox)
                }
                let issuers = try await [authority.fetch("ca/devices.cer"), authority.fetch("ca/services.cer")]
                for certificate in issuers + [authority.root, device.certificate, service.certificate] {
                    try await lint("lint_pkix_cert", [], certificate, in: authority.sandbox)
                }
            }
        }

        private func lint(_ program: String, _ arguments: [String], _ file: String, in sandbox: Sandbox) async throws {
            let path = try #require(Programs.python(program))
            let outcome = try await sandbox.run(path, ["lint", "-s", "NOTICE", "-f", "JSON"] + arguments + [file])
            let findings = try outcome.decoded(as: LintReport.self).results.flatMap(\.findings).map(\.code)
            // A false alarm: a URN has no authority part (RFC 8141 §2), and the linter wants one.
            #expect(findings.filter { $0 != "pkix.invalid_uri_syntax" }.isEmpty, "\(file): \(outcome)")
        }
    }
}

/// What pkilint prints with `-f JSON`.
private struct LintReport: Decodable {
    let results: [Result]

    struct Result: Decodable {
        let findings: [Finding]
        enum CodingKeys: String, CodingKey { case findings = "finding_descriptions" }
    }

    struct Finding: Decodable {
        let code: String
    }
}
