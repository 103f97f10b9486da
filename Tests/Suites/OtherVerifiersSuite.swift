import Testing

extension AgainstRealPrograms {
    @Suite(.needs(.java, .erlang, .gnutls, .curl, .openssl, .faketime)) struct OtherVerifiers {
        /// What validates a chain against the lists; true when it is valid.
        private typealias Verifier = @Sendable (Enrolled, _ lists: String) async throws -> Outcome

        private let verifiers: [(name: String, refusal: String, verify: Verifier)] = [
            (
                "OpenSSL", "revoked",
                { certificate, lists in
                    try await certificate.sandbox.run(
                        "openssl",
                        [
                            "verify", "-x509_strict", "-crl_check_all", "-CAfile", certificate.root, "-CRLfile", lists,
                            "-untrusted", certificate.chain, certificate.certificate,
                        ])
                }
            ),
            (
                "Java", "REVOKED",
                { certificate, lists in
                    try await certificate.sandbox.run(
                        "java", [Programs.foreign("CheckPath.java"), certificate.root, certificate.chain, lists])
                }
            ),
            (
                "Erlang", "revoked",
                { certificate, lists in
                    try await certificate.sandbox.run(
                        "escript", [Programs.foreign("check_path.erl"), certificate.root, certificate.chain, lists])
                }
            ),
            (
                "GnuTLS", "revoked",
                { certificate, lists in
                    try await certificate.sandbox.run(
                        "certtool",
                        ["--verify", "--load-ca-certificate", certificate.root, "--load-crl", lists, "--infile", certificate.chain])
                }
            ),
        ]

        @Test func `OpenSSL, Java, Erlang and GnuTLS accept chain and lists, and refuse a revoked leaf`() async throws {
            try await TestCA.serving { authority in
                let device = try await authority.enrolDevice(deviceID(1))
                let service = try await authority.enrolService("api.internal")
                let lists = try await authority.fetch("crl/bundle.crl.pem")
                try await expect(valid: [device, service], revoked: [], by: lists)
                try await authority.waitForPublication(of: try await authority.revoke(device))
                try await expect(valid: [service], revoked: [device], by: try await authority.fetch("crl/bundle.crl.pem"))
            }
        }

        @Test func `they read a list that entries have left as any other`() async throws {
            try await TestCA.servingListsThatEntriesLeft { authority in
                let services = try await [authority.enrolService("api.internal"), authority.enrolService("db.internal")]
                try await authority.waitForPublication(of: try await authority.revoke(services[1]))
                let lists = try await authority.fetch("crl/bundle.crl.pem")
                try await expect(valid: [services[0]], revoked: [services[1]], by: lists)
            }
        }

        private func expect(valid: [Enrolled], revoked: [Enrolled], by lists: String) async throws {
            for verifier in verifiers {
                for certificate in valid {
                    let outcome = try await verifier.verify(certificate, lists)
                    #expect(outcome.status == 0, "\(verifier.name): \(outcome)")
                }
                for certificate in revoked {
                    let outcome = try await verifier.verify(certificate, lists)
                    #expect(outcome.status != 0 && outcome.everything.contains(verifier.refusal), "\(verifier.name): \(outcome)")
                }
            }
        }
    }
}
