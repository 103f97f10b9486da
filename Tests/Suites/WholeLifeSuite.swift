import APISchema
import Foundation
import Testing

extension AgainstRealPrograms {
    @Suite(.needs(.openssl, .curl)) struct WholeLife {
        @Test func `OpenSSL accepts a device and a service, and refuses the device once it is revoked`() async throws {
            try await TestCA.serving { authority in
                let device = try await authority.enrolDevice(deviceID(1))
                let service = try await authority.enrolService("api.internal")
                #expect(try await verify(device, authority).status == 0)
                #expect(try await verify(service, authority).status == 0)

                let receipt = try await authority.revoke(device, reason: "keyCompromise")
                #expect(receipt.state == "revoked" && receipt.reason == "keyCompromise" && receipt.issuer == "devices")
                try await authority.waitForPublication(of: receipt)
                let refused = try await verify(device, authority)
                #expect(refused.status != 0 && refused.everything.contains("certificate revoked"), "\(refused)")
                #expect(try await verify(service, authority).status == 0)
            }
        }

        @Test func `a certificate has the subject, names, purpose and period of its profile`() async throws {
            try await TestCA.serving { authority in
                let device = try await authority.enrolDevice(deviceID(1), type: "sensor")
                let service = try await authority.enrolService("api.internal")
                let text = try await describe(device)
                #expect(text.contains("subject=O = Acme, OU = sensor, CN = \(deviceID(1))"))
                #expect(text.contains("URI:urn:uuid:\(deviceID(1))"))
                #expect(text.contains("TLS Web Client Authentication") && !text.contains("TLS Web Server Authentication"))
                #expect(text.contains("URI:\(authority.publicAddress)/crl/devices.crl"))
                let serviceText = try await describe(service)
                #expect(serviceText.contains("subject=CN = api.internal") && serviceText.contains("DNS:api.internal"))
                #expect(serviceText.contains("TLS Web Server Authentication, TLS Web Client Authentication"))
                #expect(try await ends(device, after: 2_592_000))
                #expect(try await ends(service, after: 86_400))
            }
        }

        @Test func `a device renews over mTLS with a new key, and the certificate before still works until it ends`() async throws {
            try await TestCA.serving { authority in
                let device = try await authority.enrolDevice(deviceID(1))
                let before = try await device.serialNumber()
                let keyBefore = try authority.sandbox.read(device.key)
                try await authority.client("renew", "--dir", device.folder, "--force").succeeded()
                #expect(try await device.serialNumber() != before)
                #expect(try authority.sandbox.read(device.key) != keyBefore)
                #expect(try await verify(device, authority).status == 0)
                let shown = try await authority.admin("show", before, "--json").succeeded()
                #expect(shown.output.contains("\"active\""), "\(shown)")
            }
        }

        @Test func `a copy of a device that has renewed twice is a fork: refused and on record`() async throws {
            try await TestCA.serving { authority in
                let device = try await authority.enrolDevice(deviceID(1))
                let copy = authority.sandbox.path("copy")
                try FileManager.default.copyItem(atPath: device.folder, toPath: copy)
                for _ in 1...2 { try await authority.client("renew", "--dir", device.folder, "--force").succeeded() }
                let refused = try await authority.client("renew", "--dir", copy, "--force")
                #expect(refused.status == 1 && refused.errors.contains("remedy: "), "\(refused)")
                let forks = try await authority.admin("audit", "--result", "fork", "--json").succeeded().decoded(as: AuditPage.self)
                #expect(forks.entries.count == 1 && forks.entries.first?.resource.contains(deviceID(1)) == true, "\(forks)")
                try await authority.client("renew", "--dir", device.folder, "--force").succeeded()
            }
        }

        @Test func `a revoked device can neither renew nor enrol again with a ticket from before`() async throws {
            try await TestCA.serving { authority in
                let ticket = try await authority.deviceTicket("--id", deviceID(1), "--organization", "Acme", "--uses", "2")
                let device = Enrolled(folder: authority.sandbox.path("device"), sandbox: authority.sandbox)
                let enrolment = ["enroll", "--profile", "device", "--id", deviceID(1), "--out"]
                try await authority.client(enrolment + [device.folder], environment: ["CA_TICKET": ticket]).succeeded()
                try await nextSecond()
                _ = try await authority.revoke(device)
                let again = authority.sandbox.path("again")
                for outcome in [
                    try await authority.client("renew", "--dir", device.folder, "--force"),
                    try await authority.client(enrolment + [again], environment: ["CA_TICKET": ticket]),
                ] {
                    #expect(outcome.status == 1 && outcome.errors.contains("remedy: "), "\(outcome)")
                }
                #expect(!FileManager.default.fileExists(atPath: again + "/cert.pem"))
            }
        }

        private func verify(_ certificate: Enrolled, _ authority: TestCA) async throws -> Outcome {
            let lists = try await authority.fetch("crl/bundle.crl.pem")
            return try await authority.sandbox.run(
                "openssl",
                [
                    "verify", "-x509_strict", "-crl_check_all", "-CAfile", certificate.root, "-CRLfile", lists, "-untrusted",
                    certificate.chain,
                    certificate.certificate,
                ])
        }

        private func describe(_ certificate: Enrolled) async throws -> String {
            try await certificate.sandbox.run(
                "openssl", ["x509", "-in", certificate.certificate, "-noout", "-subject", "-text"]
            ).succeeded().output
        }

        /// Whether it ends within the ten minutes before that many seconds from now.
        private func ends(_ certificate: Enrolled, after seconds: Int) async throws -> Bool {
            // Dates are backdated by minutes, so the end lies up to ten minutes before now + lifetime.
            let early = try await certificate.sandbox.run(
                "openssl", ["x509", "-in", certificate.certificate, "-noout", "-checkend", "\(seconds - 600)"])
            let late = try await certificate.sandbox.run(
                "openssl", ["x509", "-in", certificate.certificate, "-noout", "-checkend", "\(seconds + 1)"])
            return early.status == 0 && late.status != 0
        }
    }
}
