package import PKI

/// The subject that certificates are issued to: a device by its UUID, a service by its first name. Profile and name are unique together.
package struct IdentityName: Sendable, Hashable, CustomStringConvertible {
    /// The profile that certifies it, such as `device` or `service`.
    package var profile: String
    /// The device's UUID in lower case, or the service's common name.
    package var name: String

    package init(profile: String, name: String) {
        self.profile = profile
        self.name = name
    }

    package var description: String { "\(profile)/\(name)" }
}

/// An identity as the ledger keeps it.
package struct IdentityRecord: Sendable, Equatable {
    package var name: IdentityName
    package var organization: String?
    /// The newest lineage of renewals.
    package var lineage: Int
    /// The time of the revocation that suspended it; nil while it is active.
    package var suspendedAt: UnixTime?

    package init(name: IdentityName, organization: String?, lineage: Int, suspendedAt: UnixTime?) {
        self.name = name
        self.organization = organization
        self.lineage = lineage
        self.suspendedAt = suspendedAt
    }
}
