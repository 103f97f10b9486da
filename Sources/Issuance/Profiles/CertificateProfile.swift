package import PKI

/// The contents of one kind of certificate and the names that may stand in it: a file of `policies/profiles/`, validated.
///
/// Field names are Vault's where its roles have one. A class, because every signature passes it on: a copy would cost a dozen reference counts.
package final class CertificateProfile: Sendable {
    /// The file's name without its ending; the role's name in the API.
    package let name: String
    /// Hex SHA-256 of the file: recorded with every certificate it made.
    package let version: String
    /// Name of the issuing CA.
    package let issuerRef: String
    /// The CA's own use only: not a role that anybody can ask for.
    package let reserved: Bool
    /// Seconds of the whole validity period, backdating included: notAfter − notBefore + 1 s.
    package let ttl: Int64
    /// Seconds by which notBefore lies in the past.
    package let notBeforeDuration: Int64
    /// Rules for the subject and the identity's name.
    package let naming: Naming
    package let keys: KeyRules
    package let keyUsage: Set<KeyUsageBit>
    package let serverFlag: Bool
    package let clientFlag: Bool
    package let renewal: RenewalRules

    init(
        name: String, version: String, issuerRef: String, reserved: Bool, ttl: Int64, notBeforeDuration: Int64, naming: Naming,
        keys: KeyRules, keyUsage: Set<KeyUsageBit>, serverFlag: Bool, clientFlag: Bool, renewal: RenewalRules
    ) {
        self.name = name
        self.version = version
        self.issuerRef = issuerRef
        self.reserved = reserved
        self.ttl = ttl
        self.notBeforeDuration = notBeforeDuration
        self.naming = naming
        self.keys = keys
        self.keyUsage = keyUsage
        self.serverFlag = serverFlag
        self.clientFlag = clientFlag
        self.renewal = renewal
    }

    /// Two ways to name a certificate's holder.
    package enum Naming: Sendable, Equatable {
        /// CN = UUID, OU = type, O = organization, SAN = `urn:uuid:`.
        case device(DeviceNaming)
        /// CN = first DNS name, SAN = DNS, IP and URI names.
        case service(ServiceNaming)
    }

    /// Rules for public keys.
    package struct KeyRules: Sendable, Equatable {
        /// `KeyAlgorithm.policyNames`.
        package let types: [String]
        package let minimumRSABits: Int
        package let reuse: KeyReuse

        /// True when the profile certifies such a key.
        package func permits(_ algorithm: KeyAlgorithm) -> Bool {
            types.contains(algorithm.policyName) && algorithm.modulusBits ?? minimumRSABits >= minimumRSABits
        }
    }

    /// Rules for renewals: the time of renewing, and the rights of older generations.
    package struct RenewalRules: Sendable, Equatable {
        /// `renew_at` lies between these percentages of the validity period, spread over the fleet.
        package let fromPercent: Int64
        package let toPercent: Int64
        /// Seconds during which the parent of the newest generation may renew again (its answer was lost).
        package let grace: Int64
        /// A new enrolment ends the identity's older lines of renewals.
        package let exclusive: Bool
    }
}

/// Rules for certificates that name a device.
package struct DeviceNaming: Sendable, Equatable {
    /// Organizations that may stand in the subject.
    package let organizations: [String]
    /// Globs of device types (`ou`).
    package let types: [String]
}

/// Rules for certificates that name a service.
package struct ServiceNaming: Sendable, Equatable {
    package let allowedDomains: [String]
    package let allowBareDomains: Bool
    package let allowSubdomains: Bool
    package let allowGlobDomains: Bool
    package let allowWildcardCertificates: Bool
    package let allowLocalhost: Bool
    package let allowAnyName: Bool
    package let allowIPSANs: Bool
    package let allowedIPRanges: [IPRange]
    /// Globs.
    package let allowedURISANs: [String]
}

/// The key usage bits a leaf may have, by Vault's names (RFC 5280 §4.2.1.3).
package enum KeyUsageBit: String, Sendable, CaseIterable {
    case digitalSignature = "DigitalSignature"
    case keyEncipherment = "KeyEncipherment"
    case keyAgreement = "KeyAgreement"

    /// Bit position in the KeyUsage BIT STRING.
    var position: UInt8 {
        switch self {
        case .digitalSignature: 0
        case .keyEncipherment: 2
        case .keyAgreement: 4
        }
    }
}

/// A block of addresses, such as `127.0.0.0/8`.
package struct IPRange: Sendable, Equatable, CustomStringConvertible {
    package let address: [UInt8]
    package let prefixLength: Int

    /// Reads CIDR notation; nil when it is not, or when bits beyond the prefix are set.
    package init?(cidr: String) {
        let parts = cidr.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, case .ip(let address) = GeneralName.ip(text: String(parts[0])),
            let length = Int(parts[1]), (0...(address.count * 8)).contains(length)
        else { return nil }
        // Addresses are compared as IPv4 where they are that, and so are their blocks.
        let unmapped = IPAddress(octets: address)?.unmapped.octets ?? address
        let isMapped = unmapped.count < address.count && length >= 96
        self.address = isMapped ? unmapped : address
        prefixLength = isMapped ? length - 96 : length
        guard contains(self.address), hostBitsAreZero else { return nil }
    }

    /// True when `other` has the same family and the same leading bits.
    package func contains(_ other: [UInt8]) -> Bool {
        guard other.count == address.count else { return false }
        return (0..<prefixLength).allSatisfy { bit(address, $0) == bit(other, $0) }
    }

    package var description: String { "\(GeneralName.ip(address).description.dropFirst(3))/\(prefixLength)" }

    private var hostBitsAreZero: Bool { (prefixLength..<address.count * 8).allSatisfy { !bit(address, $0) } }

    private func bit(_ octets: [UInt8], _ index: Int) -> Bool { octets[index / 8] >> UInt8(7 - index % 8) & 1 == 1 }
}
