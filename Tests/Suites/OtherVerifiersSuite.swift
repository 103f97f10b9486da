import Testing

extension AgainstRealPrograms {
    @Suite(.needs(.java, .gnutls, .curl, .openssl)) struct OtherVerifiers {
        /// What validates a chain against the lists; true when it is valid.
        private typealias Verifier = @Sendable (Enrolled, _ lists: String) async throws -> Outcome

        private let verifiers: [(name: String, refusal: String, verify: Verifier)] = [
            (
                "Java", "REVOKED",
                { certificate, lists in
                    try await certificate.sandbox.run(
                        "java", [Programs.foreign("CheckPath.java"), certificate.root, certificate.chain, lists])
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

        @Test func `Java and GnuTLS accept chain and lists, and refuse a revoked leaf`() async throws {
            try await TestCA.serving { authority in
                let device = try await authority.enrolDevice(deviceID(1))
                let service = try await authority.enrolService("api.internal")
                let before = try await authority.fetch("crl/bundle.crl.pem")
                for verifier in verifiers {
                    for certificate in [device, service] {
                        let outcome = try await verifier.verify(certificate, before)
                        #expect(outcome.status == 0, "\(verifier.name): \(outcome)")
                    }
                }
                try await authority.waitForPublication(of: try await authority.revoke(device))
                let after = try await authority.fetch("crl/bundle.crl.pem")
                for verifier in verifiers {
                    let outcome = try await verifier.verify(device, after)
                    #expect(outcome.status != 0 && outcome.everything.contains(verifier.refusal), "\(verifier.name): \(outcome)")
                    #expect(try await verifier.verify(service, after).status == 0, "\(verifier.name)")
                }
            }
        }
    }
}
