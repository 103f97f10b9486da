import Foundation

/// Certificate requests made with OpenSSL, good ones and ones to be spoilt.
struct SigningRequests: Sendable {
    let sandbox: Sandbox

    /// A request in PEM; `key` is an argument of `openssl genpkey`.
    func pem(
        subject: String, names: String? = nil, extensions: [String] = [], key: [String] = ["EC", "ec_paramgen_curve:P-256"]
    ) async throws -> String {
        try await file(subject: subject, names: names, extensions: extensions, key: key, form: "PEM", name: "request.pem")
        return try sandbox.read("request.pem")
    }

    /// The same in DER.
    func der(subject: String, names: String? = nil) async throws -> [UInt8] {
        try await file(subject: subject, names: names, form: "DER", name: "request.der")
        return try sandbox.octets("request.der")
    }

    private func file(
        subject: String, names: String?, extensions: [String] = [], key: [String] = ["EC", "ec_paramgen_curve:P-256"], form: String,
        name: String
    ) async throws {
        let keyFile = sandbox.path("request-key.pem")
        try await sandbox.run(
            "openssl", ["genpkey", "-algorithm", key[0], "-out", keyFile] + key.dropFirst().flatMap { ["-pkeyopt", $0] }
        )
        .succeeded()
        var arguments = ["req", "-new", "-utf8", "-key", keyFile, "-subj", subject, "-outform", form, "-out", sandbox.path(name)]
        let all = extensions + (names.map { ["subjectAltName=" + $0] } ?? [])
        arguments += all.flatMap { ["-addext", $0] }
        try await sandbox.run("openssl", arguments).succeeded()
    }
}

/// The PEM of a certificate request, however broken its DER is.
func requestPEM(_ der: [UInt8]) -> String {
    let lines = Data(der).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
    return "-----BEGIN CERTIFICATE REQUEST-----\n\(lines)\n-----END CERTIFICATE REQUEST-----\n"
}
