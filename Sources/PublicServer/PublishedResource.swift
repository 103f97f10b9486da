import HTTPFront
import PKI

/// What the public listener serves: a fixed table from paths to files, so that no path leads anywhere else.
enum PublishedResource: Hashable, Sendable {
    case revocationList(issuer: String)
    case revocationListPEM(issuer: String)
    /// Every issuer and the root.
    case bundle
    case index
    case certificate(issuer: String)
    case root

    /// Takes a path as it was requested; one with percent-encoding or dots in a name is none of ours.
    init?(path: String) {
        switch path {
        case "/crl/bundle.crl.pem": self = .bundle
        case "/crl/index.json": self = .index
        case "/ca/root.pem": self = .root
        default:
            if let issuer = Self.issuer(in: path, from: "/crl/", to: ".crl") {
                self = .revocationList(issuer: issuer)
            } else if let issuer = Self.issuer(in: path, from: "/crl/", to: ".crl.pem") {
                self = .revocationListPEM(issuer: issuer)
            } else if let issuer = Self.issuer(in: path, from: "/ca/", to: ".cer") {
                self = .certificate(issuer: issuer)
            } else {
                return nil
            }
        }
    }

    /// The file below the published directory.
    var fileName: String {
        switch self {
        case .revocationList(let issuer): "\(issuer).crl"
        case .revocationListPEM(let issuer): "\(issuer).crl.pem"
        case .bundle: "bundle.crl.pem"
        case .index: "index.json"
        case .certificate(let issuer): "\(issuer).cer"
        case .root: "root.pem"
        }
    }

    var contentType: String {
        switch self {
        case .revocationList: ContentType.revocationList
        case .revocationListPEM, .bundle, .root: ContentType.pemFile
        case .index: ContentType.json
        case .certificate: ContentType.certificate
        }
    }

    private static func issuer(in path: String, from prefix: String, to suffix: String) -> String? {
        guard path.hasPrefix(prefix), path.hasSuffix(suffix), path.utf8.count > prefix.utf8.count + suffix.utf8.count else { return nil }
        return IssuerName(String(path.dropFirst(prefix.count).dropLast(suffix.count)))?.description
    }
}
