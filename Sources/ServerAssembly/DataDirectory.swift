/// Where everything is below `DIR`.
package struct DataDirectory: Sendable {
    package let path: String

    package init(_ path: String) {
        self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    var configuration: String { "\(path)/config.yaml" }
    var rootCertificate: String { "\(path)/root.pem" }
    /// Both issuing CAs and the root.
    var chain: String { "\(path)/chain.pem" }
    var adminToken: String { "\(path)/admin.token" }
    var unsealKey: String { "\(path)/unseal.key" }
    var policies: String { "\(path)/policies" }
    var published: String { "\(path)/published" }
    var ledger: String { "\(path)/ledger.sqlite" }
    /// Says that the ledger was restored and has not been recovered yet.
    var restoredMark: String { "\(path)/restored.json" }
    /// The root's key and its own secret: to be moved offline.
    var root: String { "\(path)/root" }
    var rootKey: String { "\(root)/root.key" }
    /// The root's newest CRL, kept with its key: what it revokes stays revoked whatever happens to `published/`.
    var rootList: String { "\(root)/root.crl" }
    var rootUnsealKey: String { "\(root)/unseal.key" }
    var issuers: String { "\(path)/issuers" }

    func issuerCertificate(_ name: String) -> String { "\(issuers)/\(name).pem" }
    func issuerKey(_ name: String) -> String { "\(issuers)/\(name).key" }
}

/// The CAs of a deployment.
enum IssuerName {
    static let devices = "devices"
    static let services = "services"
    static let root = "root"
    /// The CAs that sign leaves, online.
    static let issuing = [devices, services]
}
