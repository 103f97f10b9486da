/// Where everything is below `DIR`.
package struct DataDirectory: Sendable {
    package let path: String

    package init(_ path: String) {
        self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    package var configuration: String { "\(path)/config.yaml" }
    package var rootCertificate: String { "\(path)/root.pem" }
    /// Every issuing CA and the root.
    package var chain: String { "\(path)/chain.pem" }
    package var adminToken: String { "\(path)/admin.token" }
    package var unsealKey: String { "\(path)/unseal.key" }
    package var policies: String { "\(path)/policies" }
    package var published: String { "\(path)/published" }
    package var ledger: String { "\(path)/ledger.sqlite" }
    /// Says that the ledger was restored and has not been recovered yet.
    package var restoredMark: String { "\(path)/restored.json" }
    /// The root's key and its own secret: to be moved offline.
    package var root: String { "\(path)/root" }
    package var rootKey: String { "\(root)/root.key" }
    /// The root's newest CRL, kept with its key: what it revokes stays revoked whatever happens to `published/`.
    package var rootList: String { "\(root)/root.crl" }
    package var rootUnsealKey: String { "\(root)/unseal.key" }
    package var issuers: String { "\(path)/issuers" }
    /// Which issuing CAs there are (``IssuerList``); not there when an older version made the directory.
    package var issuerList: String { "\(path)/issuers.yaml" }

    /// A file below the directory, such as `issuers/devices.pem`.
    package func path(of file: String) -> String { "\(path)/\(file)" }
}
