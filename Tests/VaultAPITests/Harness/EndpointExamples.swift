import Access
import Authority
import HTTPTypes
import Ledger
import PKI
import ServerKit
import TestKit

extension Deployment {
    /// An example for each path of the API, below whatever mount it has.
    var examples: [String: Walk.Maker] {
        var examples: [String: Walk.Maker] = [:]
        for (path, make) in [system, tokens, fleet, signing, certificates, issuers, roles].joined() {
            examples[moved(path)] = { [self] in
                var example = try await make($0)
                example.call.target = moved(example.call.target)
                return example
            }
        }
        return examples
    }

    private func moved(_ path: String) -> String { path.replacing("/v1/pki/", with: "/v1/\(mount)/") }

    /// A path that is read by whoever shows a token, or by anybody.
    private func read(_ path: String, _ judge: @escaping @Sendable (Answer) throws -> Void = { _ in }) -> Walk.Maker {
        { [self] in Example(try await asked($0, path), judge: judge) }
    }

    private var system: [String: Walk.Maker] {
        var examples: [String: Walk.Maker] = [
            "/v1/sys/init", "/v1/sys/health", "/v1/sys/seal-status", "/v1/sys/leader", "/v1/sys/mounts", "/v1/sys/auth",
            "/v1/sys/internal/ui/mounts",
        ].reduce(into: [:]) { $0[$1] = read($1) }
        examples["/v1/sys/audit-log"] = read("/v1/sys/audit-log?limit=3&action=start")
        for path in ["mounts/{mount}", "mounts/{mount}/tune"] {
            examples["/v1/sys/\(path)"] = read("/v1/sys/\(path)".replacing("{mount}", with: mount))
        }
        examples["/v1/sys/internal/ui/mounts/{path...}"] = read("/v1/sys/internal/ui/mounts/\(mount)/issuer/a/sign/b/c") { [self] in
            guard $0.document["data"]?["path"] == .string("\(mount)/") else { throw OtherOctets() }
        }
        return examples
    }

    private var tokens: [String: Walk.Maker] {
        let own = "/v1/auth/token"
        func other(_ verb: String, _ field: String, status: Int) -> Walk.Maker {
            { [self] method in
                let secret = try await bench.makeToken(name: "other")
                let accessor = try await bench.principal(token: secret).token?.accessor
                let value = field == "token" ? secret : accessor ?? ""
                return Example(try await asked(method, "\(own)/\(verb)", #"{"\#(field)": "\#(value)"}"#), status: status)
            }
        }
        return [
            "\(own)/lookup-self": read("\(own)/lookup-self"),
            "\(own)/create": { [self] in
                let body = #"{"ticket": {"profile": "device", "id": "\#(uuid(next()))", "organization": "Example"}, "ttl": "72h"}"#
                return Example(try await asked($0, "\(own)/create", body))
            },
            "\(own)/renew-self": { [self] in Example(try await asked($0, "\(own)/renew-self", #"{"increment": 3600}"#)) },
            "\(own)/revoke-self": { [self] in Example(try await asked($0, "\(own)/revoke-self"), status: 204) },
            "\(own)/lookup": other("lookup", "token", status: 200),
            "\(own)/lookup-accessor": other("lookup-accessor", "accessor", status: 200),
            "\(own)/revoke": other("revoke", "token", status: 204),
            "\(own)/revoke-accessor": other("revoke-accessor", "accessor", status: 204),
        ]
    }

    private var fleet: [String: Walk.Maker] {
        [
            "/v1/fleet/devices/{id}/suspend": { [self] in
                let record = try await bench.enroll(uuid(next()))
                return Example(try await asked($0, "/v1/fleet/devices/\(record.identity.name)/suspend"))
            },
            "/v1/fleet/services/{id}/suspend": { [self] in
                let name = "s\(next()).internal"
                try await bench.sign(.init(role: "service", csr: makeRequest(name)), as: bench.admin())
                return Example(try await asked($0, "/v1/fleet/services/\(name)/suspend"))
            },
        ]
    }

    private var signing: [String: Walk.Maker] {
        func sign(_ path: String) -> Walk.Maker {
            { [self] in
                let csr = try escapedRequest(uuid(next()), organization: "Example")
                return Example(try await asked($0, path, #"{"csr": "\#(csr)"}"#), judge: judgeChain)
            }
        }
        func issue(_ path: String) -> Walk.Maker {
            { [self] in
                Example(try await asked($0, path, #"{"common_name": "s\#(next()).internal"}"#), judge: judgeChain)
            }
        }
        return [
            "/v1/pki/sign/{role}": sign("/v1/pki/sign/device"),
            "/v1/pki/issuer/{ref}/sign/{role}": sign("/v1/pki/issuer/devices/sign/device"),
            "/v1/pki/issue/{role}": issue("/v1/pki/issue/service"),
            "/v1/pki/issuer/{ref}/issue/{role}": issue("/v1/pki/issuer/services/issue/service"),
            "/v1/pki/renew": { [self] method in
                let key = try PrivateKey.generate(.p256)
                let csr = try makeSigningRequest(key: key, commonName: nil, organization: nil, organizationalUnit: nil, names: [])
                let record = try await bench.enroll(uuid(next()), csr: SigningRequest(der: csr))
                let body = #"{"csr": "\#(try escapedRequest())"}"#
                let holder = Call.Holder(certificate: try CertificateDocument(der: record.der), key: key)
                return Example(Call(method, "/v1/pki/renew", body: body.utf8, holder: holder), judge: judgeChain)
            },
        ]
    }

    /// OpenSSL follows the chain that the answer brings to the root.
    private func judgeChain(_ answer: Answer) throws {
        let data = answer.document["data"]
        let chain = (data?["ca_chain"]?.elements ?? []).compactMap(\.text)
        let leaf = try files.write(data?["certificate"]?.text ?? "", to: "leaf.pem")
        try openssl(
            "verify", "-x509_strict", "-attime", "\(bench.time.now.seconds)", "-CAfile",
            files.write(bench.ca.root.certificate.pem, to: "root.pem"),
            "-untrusted", files.write(chain.joined(separator: "\n"), to: "chain.pem"), leaf, input: [])
    }

    private var certificates: [String: Walk.Maker] {
        func certificate(_ path: String, _ judge: @escaping @Sendable (Answer, _ der: [UInt8]) throws -> Void) -> Walk.Maker {
            { [self] in
                let record = try await bench.enroll(uuid(next()))
                let target = path.replacing("{serial}", with: record.serialNumber.description)
                return Example(try await asked($0, target)) { try judge($0, record.der) }
            }
        }
        func list(_ path: String, revoked: Bool) -> Walk.Maker {
            { [self] in
                let record = try await bench.enroll(uuid(next()))
                if revoked { try await bench.revoke(record.serialNumber, .superseded) }
                return Example(try await asked($0, path)) { answer in
                    let keys = answer.document["data"]?["keys"]?.elements ?? []
                    guard keys.contains(.string(record.serialNumber.description)) else { throw Missing(serial: "\(record.serialNumber)") }
                }
            }
        }
        return [
            "/v1/pki/cert/{serial}": certificate("/v1/pki/cert/{serial}") { try same($0.document["data"]?["certificate"], as: $1) },
            "/v1/pki/cert/{serial}/raw": certificate("/v1/pki/cert/{serial}/raw") { try same($0.body, as: $1, "DER") },
            "/v1/pki/cert/{serial}/raw/pem": certificate("/v1/pki/cert/{serial}/raw/pem") { try same($0.body, as: $1, "PEM") },
            "/v1/pki/certs": list("/v1/pki/certs", revoked: false),
            "/v1/pki/certs/revoked": list("/v1/pki/certs/revoked", revoked: true),
            "/v1/pki/revoke": { [self] in
                let record = try await bench.enroll(uuid(next()))
                return Example(
                    try await asked($0, "/v1/pki/revoke", #"{"serial_number": "\#(record.serialNumber)", "reason": "keyCompromise"}"#))
            },
            "/v1/pki/search": { [self] in
                let record = try await bench.enroll(uuid(next()))
                return Example(try await asked($0, "/v1/pki/search", #"{"filter": {"common_name": "\#(record.commonName)"}}"#))
            },
        ]
    }

    private var issuers: [String: Walk.Maker] {
        let (devices, services) = (bench.ca.devices.certificate, bench.ca.services.certificate)
        let own = "/v1/pki/issuer/{ref}"
        func issuer(_ path: String, _ judge: @escaping @Sendable (Answer) throws -> Void) -> Walk.Maker {
            read("/v1/pki/issuer/services\(path)", judge)
        }
        let list: @Sendable (Answer, String, String) throws -> Void = { [self] answer, name, form in
            try same(answer.body, as: files.read("\(name).crl"), form, "crl")
        }
        return [
            "/v1/pki/ca": read("/v1/pki/ca") { try same($0.body, as: devices.der, "DER") },
            "/v1/pki/ca/pem": read("/v1/pki/ca/pem") { try same($0.body, as: devices.der, "PEM") },
            "/v1/pki/ca_chain": read("/v1/pki/ca_chain") { try same($0.body, as: devices.der, "PEM") },
            "/v1/pki/crl": read("/v1/pki/crl") { try list($0, "devices", "DER") },
            "/v1/pki/crl/pem": read("/v1/pki/crl/pem") { try list($0, "devices", "PEM") },
            "/v1/pki/issuers": read("/v1/pki/issuers"),
            own: issuer("") { try same($0.document["data"]?["certificate"], as: services.der) },
            "\(own)/json": issuer("/json") { try same($0.document["data"]?["certificate"], as: services.der) },
            "\(own)/der": issuer("/der") { try same($0.body, as: services.der, "DER") },
            "\(own)/pem": issuer("/pem") { try same($0.body, as: services.der, "PEM") },
            "\(own)/crl": issuer("/crl") { [self] in
                let text = $0.document["data"]?["crl"]?.text ?? ""
                try same(Array(text.utf8), as: files.read("services.crl"), "PEM", "crl")
            },
            "\(own)/crl/der": issuer("/crl/der") { try list($0, "services", "DER") },
            "\(own)/crl/pem": issuer("/crl/pem") { try list($0, "services", "PEM") },
        ]
    }

    private var roles: [String: Walk.Maker] {
        ["/v1/pki/roles": read("/v1/pki/roles"), "/v1/pki/roles/{name}": read("/v1/pki/roles/service")]
    }
}

/// A list lacks a serial number.
private struct Missing: Error { let serial: String }

/// Octets are not what they should be.
private struct OtherOctets: Error {}

/// OpenSSL reads a certificate, or a CRL, and finds these octets in it.
private func same(_ octets: [UInt8], as der: [UInt8], _ form: String, _ kind: String = "x509") throws {
    guard try openssl(kind, "-inform", form, "-outform", "DER", input: octets).standardOutput == der else { throw OtherOctets() }
}

private func same(_ pem: Tree?, as der: [UInt8]) throws { try same(Array((pem?.text ?? "").utf8), as: der, "PEM") }
