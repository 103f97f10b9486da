/// The reason of a revocation (RFC 5280 §5.3.1), by code. `removeFromCRL` belongs to delta CRLs and `certificateHold` can be undone: this CA makes neither.
package enum RevocationReason: Int, Sendable, CaseIterable {
    case unspecified = 0
    case keyCompromise = 1
    case cACompromise = 2
    case affiliationChanged = 3
    case superseded = 4
    case cessationOfOperation = 5
    case privilegeWithdrawn = 9
    case aACompromise = 10

    /// The RFC's name, such as `keyCompromise`.
    package var name: String { String(describing: self) }

    package init?(name: String) {
        guard let reason = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = reason
    }

    /// Reasons that say the holder itself is no longer to be trusted: they suspend its identity.
    package var suspendsIdentity: Bool {
        switch self {
        case .keyCompromise, .cessationOfOperation, .privilegeWithdrawn: true
        case .unspecified, .cACompromise, .affiliationChanged, .superseded, .aACompromise: false
        }
    }
}
