package import PolicyFiles

/// Every profile of a deployment, by name; one value that a reload replaces whole.
package struct ProfileSet: Sendable {
    private let profiles: [String: CertificateProfile]

    /// - Parameters:
    ///   - files: file contents by path, such as `profiles/device.yaml`.
    ///   - lists: what `$organizations` and `$service_domains` stand for.
    ///   - issuers: the issuing CAs by name.
    ///   - faults: takes all that is wrong; when it is not empty afterwards the set is of no use.
    package init(files: [String: String], lists: [String: [String]], issuers: [String: IssuerState], collecting faults: PolicyFaults) {
        var profiles: [String: CertificateProfile] = [:]
        for (path, text) in files.sorted(by: { $0.key < $1.key }) {
            let read = faults.reading { (faults) throws(PolicyFileError) in
                try CertificateProfile(text: text, file: path, lists: lists, issuers: issuers, collecting: faults)
            }
            guard let profile = read else { continue }
            if profile.reserved, let other = profiles.values.first(where: \.reserved) {
                faults.add(
                    PolicyFileError(
                        file: path, line: nil, field: "reserved", problem: "the profile \(other.name) is the CA's own already",
                        remedy: "leave reserved out of one of the two"))
            }
            profiles[profile.name] = profile
        }
        self.profiles = profiles
    }

    /// Throws the first fault.
    package init(files: [String: String], lists: [String: [String]], issuers: [String: IssuerState]) throws(PolicyFileError) {
        let faults = PolicyFaults()
        self.init(files: files, lists: lists, issuers: issuers, collecting: faults)
        if let first = faults.all.first { throw first }
    }

    /// The profile that a role names; nil when there is none, or when it is the CA's own.
    package func role(_ name: String) -> CertificateProfile? {
        profiles[name].flatMap { $0.reserved ? nil : $0 }
    }

    /// The profile of the CA's own server certificate.
    package var server: CertificateProfile? { profiles.values.first { $0.reserved } }

    /// Names of all roles, sorted.
    package var roleNames: [String] { profiles.values.filter { !$0.reserved }.map(\.name).sorted() }
}
