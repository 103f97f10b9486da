internal import Foundation
internal import PKI

/// What to ask a first certificate for.
public struct Enrolment: Sendable, Hashable, Codable {
    /// Who the certificate is to speak for.
    public enum Subject: Sendable, Hashable, Codable {
        /// A device: its UUID in lower case, and what the ticket leaves open.
        case device(id: String, organization: String?, type: String?)
        /// A service: DNS names (the first of at most 64 characters becomes the common name), IP addresses, URIs.
        case service(dns: [String], ip: [String], uri: [String])
    }

    /// The role of the CA's API, such as `device`.
    public let profile: String
    /// Canonical: UUIDs and DNS names in lower case.
    public let subject: Subject
    /// What kind of key is made.
    public let keyType: KeyType

    /// - Throws: `invalidEnrolment` when a value can be seen to be wrong without asking the CA.
    public init(profile: String, subject: Subject, keyType: KeyType = .p256) throws(ClientError) {
        let letters = profile.utf8.allSatisfy { Self.profileCharacters.contains($0) }
        guard letters, (1...64).contains(profile.utf8.count) else {
            throw .invalidEnrolment(field: "the profile", value: profile, reason: "is not a name of letters, digits, '-' and '_'")
        }
        self.profile = profile
        self.subject = try Self.canonical(subject, profile: profile)
        self.keyType = keyType
    }

    private static let profileCharacters = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_".utf8)

    private static func canonical(_ subject: Subject, profile: String) throws(ClientError) -> Subject {
        switch subject {
        case .device(let id, let organization, let type):
            if let uuid = UUID(uuidString: id) {
                return .device(id: uuid.uuidString.lowercased(), organization: organization, type: type)
            }
            guard profile != "device" else {
                throw .invalidEnrolment(field: "the device id", value: id, reason: "is not a UUID")
            }
            return .device(id: id, organization: organization, type: type)
        case .service(let dns, let ip, let uri):
            guard !dns.isEmpty || !ip.isEmpty else {
                throw .invalidEnrolment(field: "the service", value: "", reason: "has neither a DNS name nor an IP address")
            }
            for address in ip where GeneralName.ip(text: address) == nil {
                throw .invalidEnrolment(field: "the IP address", value: address, reason: "is not an address")
            }
            return .service(dns: try dns.map(hostName), ip: ip, uri: uri)
        }
    }

    /// A DNS name in lower case, an international one as its A-labels (RFC 5890 §2.3.2.1): a request holds ASCII only.
    private static func hostName(_ name: String) throws(ClientError) -> String {
        switch HostNameFault(name) {
        case nil: return name.lowercased()
        case .notASCII? where HostNameFault.aLabels(of: name) != nil: return HostNameFault.aLabels(of: name) ?? name
        case let fault?:
            throw .invalidEnrolment(field: "the DNS name", value: name, reason: "cannot be certified: \(fault.summary); \(fault.remedy)")
        }
    }

    /// What the certificate's common name must be; nil leaves it to the CA, as for names longer than one may be (RFC 5280 appendix A).
    var commonName: String? {
        switch subject {
        case .device(let id, _, _): id
        case .service(let dns, _, _): dns.first { $0.utf8.count <= 64 }
        }
    }

    var organization: String? { if case .device(_, let organization, _) = subject { organization } else { nil } }
    var organizationalUnit: String? { if case .device(_, _, let type) = subject { type } else { nil } }

    /// Names the certificate must hold; the CA gives a device its URI by itself.
    var names: [GeneralName] {
        switch subject {
        case .device: []
        case .service(let dns, let ip, let uri):
            dns.map { .dns($0) } + ip.compactMap { GeneralName.ip(text: $0) } + uri.map { .uri($0) }
        }
    }

    /// The PKCS#10 request (RFC 2986) for this subject, in PEM.
    func signingRequest(key: PrivateKey) throws(ClientError) -> String {
        do {
            let der = try makeSigningRequest(
                key: key, commonName: commonName, organization: organization, organizationalUnit: organizationalUnit, names: names)
            return PEM.encode(der, type: "CERTIFICATE REQUEST")
        } catch { throw .key(reason: error.summary) }
    }
}

/// A kind of keys that this client makes, by its name: `ec-p256`, `rsa-2048`.
public struct KeyType: RawRepresentable, Sendable, Hashable, Codable, CaseIterable {
    let algorithm: KeyAlgorithm

    /// ECDSA on P-256.
    public static let p256 = KeyType(.p256)
    /// ECDSA on P-384.
    public static let p384 = KeyType(.p384)
    /// Ed25519.
    public static let ed25519 = KeyType(.ed25519)
    /// RSA with 2048 bits.
    public static let rsa2048 = KeyType(.rsa2048)
    /// RSA with 3072 bits.
    public static let rsa3072 = KeyType(.rsa3072)
    /// RSA with 4096 bits.
    public static let rsa4096 = KeyType(.rsa4096)

    /// Every kind.
    public static let allCases = KeyAlgorithm.allCases.map(KeyType.init)

    /// The kind of a key.
    init(_ algorithm: KeyAlgorithm) {
        self.algorithm = algorithm
    }

    /// - Parameter rawValue: the name.
    public init?(rawValue: String) {
        guard let algorithm = KeyAlgorithm(name: rawValue) else { return nil }
        self.init(algorithm)
    }

    /// The name.
    public var rawValue: String { algorithm.name }
}
