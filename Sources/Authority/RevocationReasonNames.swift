import PKI

enum RevocationReasonNames {
    /// Every name that `revoke` takes, for messages.
    static var all: String { RevocationReason.allCases.map(\.name).joined(separator: ", ") }
}
