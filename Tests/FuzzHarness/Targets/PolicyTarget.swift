import Access
import Issuance
import PolicyFiles

extension FuzzTarget {
    /// Files of `policies/`, as profile and as access policy.
    static let policy = FuzzTarget(name: "policy") { octets in
        let text = String(decoding: octets, as: UTF8.self)
        let profile = try unlessRefused(text) { () throws(PolicyFileError) in try readProfile(text) }
        if let profile { try checkProfile(profile) }
        let access = try unlessRefused(text) { () throws(PolicyFileError) in
            try AccessPolicy(text: text, file: "access/fuzz.yaml")
        }
        if let access, access.allowsEverything {
            try require(
                Action.allCases.allSatisfy { access.allows($0, profile: "any") }, "what allows everything allows each thing")
        }
        _ = try unlessRefused(text) { () throws(PolicyFileError) in try PolicyMapping(text: text, file: "fuzz.yaml").finish() }
    }
}

private func readProfile(_ text: String) throws(PolicyFileError) -> CertificateProfile {
    try CertificateProfile(
        text: text, file: "profiles/fuzz.yaml",
        lists: ["organizations": ["Acme"], "service_domains": ["internal.example"]], issuers: ["devices": .issuing, "services": .issuing])
}

private func checkProfile(_ profile: CertificateProfile) throws {
    try require(profile.notBeforeDuration + 600 <= profile.ttl, "a validity period has at least 10 minutes")
    try require(profile.renewal.fromPercent <= profile.renewal.toPercent, "renewal begins before it ends")
    try require(profile.keyUsage.contains(.digitalSignature) && !profile.keys.types.isEmpty, "TLS can use what a profile makes")
    try require(profile.serverFlag || profile.clientFlag, "a certificate is for something")
}

/// What was read; nil when it was refused, at a line that the file has.
private func unlessRefused<Value>(_ text: String, _ read: () throws(PolicyFileError) -> Value) throws -> Value? {
    do {
        return try read()
    } catch {
        try requireWords(summary: error.summary, remedy: error.remedy)
        // YAML ends lines in more ways than one, and a fault may lie behind the last of them.
        let lines = text.unicodeScalars.count { "\n\r\u{85}\u{2028}\u{2029}".unicodeScalars.contains($0) } + 1
        try require(error.line.map { (1...lines + 1).contains($0) } ?? true, "the line exists: \(error.summary)")
        return nil
    }
}
