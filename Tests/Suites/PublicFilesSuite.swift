import Foundation
import Testing

extension AgainstRealPrograms {
    @Suite(.needs(.openssl, .curl)) struct PublicFiles {
        @Test func `the public listener serves what the contract names, with its type and an ETag, and nothing else`() async throws {
            try await TestCA.serving { authority in
                let types = [
                    "crl/devices.crl": "application/pkix-crl", "crl/services.crl": "application/pkix-crl",
                    "crl/root.crl": "application/pkix-crl",
                    "crl/devices.crl.pem": "application/x-pem-file", "crl/bundle.crl.pem": "application/x-pem-file",
                    "crl/index.json": "application/json", "ca/devices.cer": "application/pkix-cert",
                    "ca/services.cer": "application/pkix-cert",
                    "ca/root.cer": "application/pkix-cert", "ca/root.pem": "application/x-pem-file",
                ]
                for (path, type) in types {
                    let answer = try await head(authority, path)
                    #expect(answer.contains("200 OK") && header("content-type", in: answer) == type, "\(path): \(answer)")
                    let tag = try #require(header("etag", in: answer), "\(path): \(answer)")
                    #expect(try await head(authority, path, "--header", "If-None-Match: \(tag)").contains("304"), "\(path)")
                }
                for path in [
                    "", "crl/", "crl/../../admin.token", "crl/%2e%2e/admin.token", "crl/nobody.crl", "admin.token", "v1/sys/health",
                ] {
                    #expect(try await head(authority, path, "--path-as-is").contains(" 404 "), "\(path)")
                }
                #expect(try await head(authority, "crl/devices.crl", "--request", "POST").contains(" 405 "))
            }
        }

        @Test func `a list may not be kept longer than it lives`() async throws {
            try await TestCA.serving { authority in
                let answer = try await head(authority, "crl/devices.crl")
                let age = header("cache-control", in: answer)?.split(separator: "=").last.flatMap { Int($0) }
                #expect(try #require(age, "\(answer)") <= 7 * 86_400)
            }
        }

        @Test(arguments: ["sys/health", "pki/ca/pem", "pki/cert/ca", "pki/cert/crl", "pki/issuer/devices/crl", "pki/issuer/services/crl"])
        func `the API answers HEAD with the length of what GET gets`(path: String) async throws {
            try await TestCA.serving { authority in
                let curl = ["--silent", "--show-error", "--max-time", "10", "--cacert", authority.root, "\(authority.address)/v1/\(path)"]
                let head = try await authority.sandbox.run("curl", ["--head"] + curl).succeeded().output
                let content = try await authority.sandbox.run("curl", curl).succeeded().output
                #expect(head.contains("200 OK") && header("content-length", in: head) == "\(content.utf8.count)", "\(head)\(content)")
            }
        }

        private func head(_ authority: TestCA, _ path: String, _ more: String...) async throws -> String {
            let arguments = ["--silent", "--show-error", "--head", "--max-time", "10"] + more + ["\(authority.publicAddress)/\(path)"]
            return try await authority.sandbox.run("curl", arguments).succeeded().output
        }

        private func header(_ name: String, in answer: String) -> String? {
            answer.split(separator: "\r\n").first { $0.lowercased().hasPrefix(name + ":") }
                .map { $0.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces) }
        }
    }
}
