import APISchema
import Foundation
import Testing

extension AgainstRealPrograms {
    /// An issuing CA gets a successor and is retired.
    @Suite(.needs(.openssl, .curl), .timeLimit(.minutes(5))) struct Issuers {
        @Test func `a successor issues and publishes, the retired issuer goes on with its list, and a backup keeps both`() async throws {
            try await Sandbox.open { sandbox in
                let authority = try await TestCA(in: sandbox)
                let server = try await authority.serve()
                let old = try await authority.enrolDevice(deviceID(1))
                try await server.stop().succeeded()

                let made = try await authority.server("issuer", "prepare", "devices-2", "--json").succeeded().decoded(as: Made.self)
                #expect(made.issuer == "devices-2" && made.certificate == authority.data + "/issuers/devices-2.pem")
                let second = try await authority.serve()
                try await expectList(of: "devices-2", in: authority)
                try point("device", to: "devices-2", authority)
                try await reload(second, authority)

                let new = try await authority.enrolDevice(deviceID(2))
                #expect(try await isSigned(new, by: "devices-2", authority))
                #expect(try await check(new, authority).status == 0)
                let receipt = try await authority.revoke(new)
                #expect(receipt.issuer == "devices-2")
                try await authority.waitForPublication(of: receipt)
                #expect(try await check(new, authority).everything.contains("certificate revoked"))
                #expect(try await serials("devices-2", authority) == [new.serialNumber()])
                // Its certificate is of the issuer before, its renewal of the successor.
                try await authority.client("renew", "--dir", old.folder, "--force").succeeded()
                #expect(try await isSigned(old, by: "devices-2", authority))
                try await second.stop().succeeded()

                try await expectRetired(authority)
                try await expectBackedUp(authority)
            }
        }

        /// Retires `devices`: it issues nothing, and its list goes on.
        private func expectRetired(_ authority: TestCA) async throws {
            try point("device", to: "devices", authority)
            let early = try await authority.server("issuer", "retire", "devices", "--default", "devices-2")
            expectRefused(early, says: "device.yaml", "a profile names it")
            try point("device", to: "devices-2", authority)
            expectRefused(try await authority.server("issuer", "retire", "devices"), says: "--default", "it is the default")
            // Enrolled before, by the issuer that is retired now.
            let before = try await authority.serve()
            try point("device", to: "devices", authority)
            try await reload(before, authority)
            let late = try await authority.enrolDevice(deviceID(3))
            try point("device", to: "devices-2", authority)
            try await before.stop().succeeded()
            try await authority.server("issuer", "retire", "devices", "--default", "devices-2").succeeded()
            let changed = try await authority.server("verify")
            expectRefused(changed, says: "restart the server", "changed and not restarted")

            let server = try await authority.serve()
            let receipt = try await authority.revoke(late)
            #expect(receipt.issuer == "devices")
            try await authority.waitForPublication(of: receipt)
            #expect(try await serials("devices", authority) == [late.serialNumber()])
            #expect(try await check(late, authority).everything.contains("certificate revoked"))
            #expect(try await isSigned(authority.enrolDevice(deviceID(4)), by: "devices-2", authority))
            let token = try authority.adminToken
            let refused = try await authority.request(
                "POST", "pki/issue/device", json: ["common_name": deviceID(5), "issuer_ref": "devices"], token: token)
            #expect(refused.body.contains("issuer_differs"), "\(refused)")
            let shown = try await authority.request("GET", "pki/issuer/devices", token: token)
            #expect(shown.body.contains(#""usage":"crl-signing,read-only""#), "\(shown)")
            let standard = try await authority.fetch("ca/devices-2.cer")
            try await authority.sandbox.run(
                "curl", ["--silent", "--cacert", authority.root, "--output", standard + ".ca", authority.address + "/v1/pki/ca"]
            ).succeeded()
            #expect(try authority.sandbox.octets(standard + ".ca") == authority.sandbox.octets(standard))
            try await server.stop().succeeded()
            try await authority.server("verify").succeeded()

            try point("device", to: "devices", authority)
            expectRefused(try await authority.launch().outcome(), says: "'devices' is retired", "a profile of the retired issuer")
            try point("device", to: "devices-2", authority)
        }

        /// A CA that was restored has the same issuers.
        private func expectBackedUp(_ authority: TestCA) async throws {
            let sandbox = authority.sandbox
            let (backup, key) = (sandbox.path("ca.backup"), sandbox.path("backup.key"))
            try await authority.server("backup", backup, "--new-key-file", key).succeeded()
            let list = try sandbox.read("ca/issuers.yaml")
            let unseal = try sandbox.read("ca/unseal.key")
            let token = try sandbox.read("ca/admin.token")
            try FileManager.default.removeItem(atPath: authority.data)
            try await sandbox.run(Programs.server, ["restore", backup, "--data", authority.data, "--key-file", key]).succeeded()
            try sandbox.write(unseal, to: "ca/unseal.key")
            try sandbox.write(token, to: "ca/admin.token")
            #expect(try sandbox.read("ca/issuers.yaml") == list)
            let server = try await authority.serve("--recover")
            for name in ["devices", "devices-2", "services"] { try await expectList(of: name, in: authority) }
            #expect(try await isSigned(authority.enrolDevice(deviceID(6)), by: "devices-2", authority))
            try await server.stop().succeeded()
            try await authority.server("verify").succeeded()

            // What a publisher installs is every issuer's list.
            let again = try await authority.serve()
            try await sandbox.run(
                Programs.publisher,
                ["once", "--source", authority.publicAddress, "--trust", authority.root, "--output", sandbox.path("lists")]
            ).succeeded()
            for name in ["devices", "devices-2", "services", "root"] {
                #expect(FileManager.default.fileExists(atPath: sandbox.path("lists/\(name).crl.pem")), "\(name)")
            }
            try await again.stop().succeeded()
        }

        @Test func `a directory without a list of issuers is served as before, and says so`() async throws {
            try await Sandbox.open { sandbox in
                let authority = try await TestCA(in: sandbox)
                try FileManager.default.removeItem(atPath: authority.data + "/issuers.yaml")
                let server = try await authority.serve()
                _ = try await authority.enrolDevice(deviceID(1))
                #expect(server.log.contains("no issuers.yaml"), "\(server.log)")
                try await server.stop().succeeded()
                try await authority.server("verify").succeeded()
                try await authority.server("root", "crl").succeeded()
                try await authority.server("backup", sandbox.path("b"), "--new-key-file", sandbox.path("k")).succeeded()
                try await authority.server("issuer", "prepare", "devices-2").succeeded()
                try await authority.serve().stop().succeeded()
                try await authority.server("verify").succeeded()
            }
        }

        @Test func `a list that was changed by hand is named by verify, and one that lost an issuer is not served`() async throws {
            try await Sandbox.open { sandbox in
                let authority = try await TestCA(in: sandbox)
                let server = try await authority.serve()
                _ = try await authority.enrolDevice(deviceID(1))
                try await server.stop().succeeded()
                let list = try sandbox.read("ca/issuers.yaml")

                try sandbox.write(
                    list.replacing("name: services\n    state: issuing", with: "name: services\n    state: retired"), to: "ca/issuers.yaml",
                    mode: 0o644)
                expectRefused(try await authority.server("verify"), says: "services: retired", "a changed state")
                expectRefused(try await authority.launch().outcome(), says: "server.yaml", "the CA's own profile names it")

                try sandbox.write(list.replacing("default: devices", with: "default: service"), to: "ca/issuers.yaml", mode: 0o644)
                expectRefused(try await authority.launch().outcome(), says: "issuers.yaml:3: field 'default'", "no such default")

                let services = try #require(list.range(of: "  - name: services"))
                let without = "default: services\nissuers:\n" + list[services.lowerBound...]
                try sandbox.write(without, to: "ca/issuers.yaml", mode: 0o644)
                try point("device", to: "services", authority)
                expectRefused(try await authority.launch().outcome(), says: "does not name devices, whose certificate", "a lost issuer")

                try point("device", to: "devices", authority)
                try sandbox.write(list, to: "ca/issuers.yaml", mode: 0o666)
                expectRefused(try await authority.launch().outcome(), says: "chmod go-w", "a list that others can write")
                try sandbox.write(list, to: "ca/issuers.yaml", mode: 0o644)
                try await authority.serve().stop().succeeded()
            }
        }

        private struct Made: Decodable {
            let issuer: String
            let certificate: String
        }

        /// Has a profile name another issuer.
        private func point(_ profile: String, to issuer: String, _ authority: TestCA) throws {
            let file = authority.data + "/policies/profiles/\(profile).yaml"
            try authority.sandbox.write(
                authority.sandbox.read(file).replacing(/issuer_ref: .*/, with: "issuer_ref: \(issuer)"), to: file, mode: 0o644)
        }

        private func reload(_ server: RunningProgram, _ authority: TestCA) async throws {
            let before = server.log.components(separatedBy: "policies reloaded").count
            server.send(SIGHUP)
            try await eventually("policies are reloaded") { server.log.components(separatedBy: "policies reloaded").count > before }
        }

        /// Expects the public listener's list of an issuer to be signed by its certificate.
        private func expectList(of name: String, in authority: TestCA) async throws {
            let certificate = try await authority.fetch("ca/\(name).cer")
            let list = try await authority.fetch("crl/\(name).crl")
            let pem = certificate + ".pem"
            try await authority.sandbox.run("openssl", ["x509", "-inform", "der", "-in", certificate, "-out", pem]).succeeded()
            let verified = try await authority.sandbox.run(
                "openssl", ["crl", "-inform", "der", "-in", list, "-CAfile", pem, "-noout"]
            ).succeeded()
            #expect(verified.everything.contains("verify OK"), "\(name): \(verified)")
        }

        /// The serial numbers in an issuer's list, as OpenSSL prints them.
        private func serials(_ name: String, _ authority: TestCA) async throws -> [String] {
            try await expectList(of: name, in: authority)
            let text = try await authority.sandbox.run(
                "openssl", ["crl", "-inform", "der", "-in", authority.fetch("crl/\(name).crl"), "-noout", "-text"]
            ).succeeded().output
            return text.matches(of: /Serial Number: ([0-9A-F]+)/).map { String($0.1) }
        }

        private func isSigned(_ certificate: Enrolled, by issuer: String, _ authority: TestCA) async throws -> Bool {
            let chain = try authority.sandbox.read(certificate.chain)
            return chain.contains(try authority.sandbox.read("ca/issuers/\(issuer).pem"))
        }

        /// What OpenSSL says of chain and revocation.
        private func check(_ certificate: Enrolled, _ authority: TestCA) async throws -> Outcome {
            let lists = try await authority.fetch("crl/bundle.crl.pem")
            return try await authority.sandbox.run(
                "openssl",
                [
                    "verify", "-x509_strict", "-crl_check_all", "-CAfile", certificate.root, "-CRLfile", lists, "-untrusted",
                    certificate.chain, certificate.certificate,
                ])
        }

        private func expectRefused(_ outcome: Outcome, says: String, _ name: String, _ location: SourceLocation = #_sourceLocation) {
            #expect(
                outcome.status == 1 && outcome.errors.contains("remedy: ") && outcome.errors.contains(says), "\(name): \(outcome)",
                sourceLocation: location)
        }
    }
}
