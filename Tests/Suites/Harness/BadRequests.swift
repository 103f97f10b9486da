import Foundation

/// Certificate requests that a CA must refuse, each with what its refusal says.
struct BadRequests: Sendable {
    let sandbox: Sandbox
    let authority: TestCA

    struct Row: Sendable {
        let name: String
        let csr: String
        var role = "device"
        /// The refusal's code.
        var code = "bad_csr"
        /// A part of the refusal: the offending value where there is one.
        var says = ""
    }

    /// The subject of a device that would be welcome.
    private let subject = "/O=Acme/OU=sensor/CN=\(deviceID(7))"
    private var requests: SigningRequests { SigningRequests(sandbox: sandbox) }

    func rows() async throws -> [Row] {
        try await spoiltBytes() + weakKeys() + greedyContents() + foreignNames()
    }

    private func spoiltBytes() async throws -> [Row] {
        let good = try await requests.der(subject: subject)
        let ownKey = try await publicKey(of: authority.data + "/chain.pem")
        return [
            Row(name: "a bad signature", csr: requestPEM(good.dropLast() + [good[good.count - 1] ^ 1])),
            Row(name: "trailing bytes", csr: requestPEM(good + [0])),
            Row(name: "cut short", csr: requestPEM(Array(good.dropLast(10)))),
            Row(name: "nested 2 000 deep", csr: requestPEM(nested(2_000))),
            Row(name: "no request at all", csr: requestPEM([0x30, 0x00])),
            Row(name: "a point off the curve", csr: requestPEM(replacingKey(in: good) { $0.dropLast() + [$0[$0.count - 1] ^ 1] })),
            Row(name: "the key of one of our CAs", csr: requestPEM(replacingKey(in: good) { _ in ownKey })),
        ]
    }

    private func weakKeys() async throws -> [Row] {
        [
            Row(
                name: "RSA of 1 024 bits", csr: try await requests.pem(subject: subject, key: ["RSA", "rsa_keygen_bits:1024"]), says: "1024"
            ),
            Row(
                name: "RSA with exponent 3",
                csr: try await requests.pem(subject: subject, key: ["RSA", "rsa_keygen_bits:2048", "rsa_keygen_pubexp:3"]), says: "3"),
            Row(
                name: "a curve that is not served",
                csr: try await requests.pem(subject: subject, key: ["EC", "ec_paramgen_curve:secp256k1"])),
        ]
    }

    private func greedyContents() async throws -> [Row] {
        [
            Row(
                name: "CA:TRUE", csr: try await requests.pem(subject: subject, extensions: ["basicConstraints=critical,CA:TRUE"]),
                code: "ca_not_permitted"),
            Row(
                name: "keyCertSign", csr: try await requests.pem(subject: subject, extensions: ["keyUsage=critical,keyCertSign"]),
                code: "ca_not_permitted"),
            Row(
                name: "an unknown critical extension",
                csr: try await requests.pem(subject: subject, extensions: ["1.2.3.4=critical,DER:0500"]), code: "extension_not_permitted"),
        ]
    }

    private func foreignNames() async throws -> [Row] {
        let own = try await requests.pem(subject: "/CN=ca.internal", names: "DNS:ca.internal")
        return [
            Row(
                name: "a foreign organization", csr: try await requests.pem(subject: "/O=Evil/OU=sensor/CN=\(deviceID(7))"),
                code: "organization_not_permitted", says: "Evil"),
            Row(
                name: "a name that is no UUID", csr: try await requests.pem(subject: "/O=Acme/OU=sensor/CN=printer"), code: "not_a_uuid",
                says: "printer"),
            Row(
                name: "another device's name beside its own",
                csr: try await requests.pem(subject: subject, names: "URI:urn:uuid:\(deviceID(8))"), code: "name_not_permitted",
                says: deviceID(8)),
            Row(name: "the CA's own name", csr: own, role: "service", code: "reserved_name", says: "ca.internal"),
            Row(
                name: "a domain that is not ours",
                csr: try await requests.pem(subject: "/CN=www.example.com", names: "DNS:www.example.com"), role: "service",
                code: "name_not_permitted",
                says: "www.example.com"),
            Row(
                name: "an address that is not ours",
                csr: try await requests.pem(subject: "/CN=a.internal", names: "DNS:a.internal,IP:10.1.2.3"),
                role: "service", code: "name_not_permitted", says: "10.1.2.3"),
        ]
    }

    /// The uncompressed point of the first certificate's P-256 key, 65 octets.
    private func publicKey(of certificate: String) async throws -> [UInt8] {
        let text = try await sandbox.run("openssl", ["x509", "-in", certificate, "-noout", "-pubkey"]).succeeded().output
        let base64 = text.split(separator: "\n").filter { !$0.hasPrefix("-----") }.joined()
        return (Data(base64Encoded: base64) ?? Data()).suffix(65)
    }

    /// Replaces the point of a P-256 key: it follows `BIT STRING, 66 octets, no unused bits`.
    private func replacingKey(in der: [UInt8], _ change: ([UInt8]) -> [UInt8]) -> [UInt8] {
        guard let start = der.indices.first(where: { der[$0...].starts(with: [0x03, 0x42, 0x00, 0x04]) }) else { return der }
        let point = start + 3..<start + 68
        return der[..<point.lowerBound] + change(Array(der[point])) + der[point.upperBound...]
    }

    /// A SEQUENCE in a SEQUENCE in a SEQUENCE…
    private func nested(_ depth: Int) -> [UInt8] {
        var der: [UInt8] = []
        for _ in 0..<depth {
            let count = der.count
            let length: [UInt8] =
                switch count {
                case ..<0x80: [UInt8(count)]
                case ..<0x100: [0x81, UInt8(count)]
                default: [0x82, UInt8(count >> 8), UInt8(count & 0xFF)]
                }
            der = [0x30] + length + der
        }
        return der
    }
}
