/// An algorithm of keys, with the one way in which such keys sign here.
///
/// A new algorithm is a case, a row of the table and calls of its library, all in this folder: everything else reads columns.
package enum KeyAlgorithm: Hashable, Sendable {
    case p256, p384, ed25519
    case rsa(bits: Int)

    private var row: Row {
        switch self {
        case .p256: .p256
        case .p384: .p384
        case .ed25519: .ed25519
        case .rsa: .rsa
        }
    }

    private struct Row: Sendable {
        /// As profiles call it; RSA of every size is `rsa`.
        let policyName: String
        /// As people call it.
        let title: String
        /// Vault's `key_type`.
        let vaultType: String
        /// Vault's `key_bits`; 0 where it ignores them, and for RSA, whose cases have their own.
        let vaultBits: Int
        let identifier: AlgorithmIdentifier
        /// Of the signatures that are believed; the first is made here.
        let signatures: [Signature]
        /// Bits of the KeyUsage that leaves may have.
        let leafUsages: [UInt8]
        /// True when CAs here may have such a key.
        let signsCertificates: Bool
        /// True when the server makes such keys on request.
        let isMadeOnRequest: Bool

        static let p256 = Row(
            policyName: "ec-p256", title: "P-256", vaultType: "ec", vaultBits: 256,
            identifier: AlgorithmIdentifier(oid: .ecPublicKey, parameters: .curve(.secp256r1)), signatures: Signature.ofP256,
            leafUsages: [0, 4], signsCertificates: true, isMadeOnRequest: true)
        static let p384 = Row(
            policyName: "ec-p384", title: "P-384", vaultType: "ec", vaultBits: 384,
            identifier: AlgorithmIdentifier(oid: .ecPublicKey, parameters: .curve(.secp384r1)), signatures: Signature.ofP384,
            leafUsages: [0, 4], signsCertificates: true, isMadeOnRequest: true)
        static let ed25519 = Row(
            policyName: "ed25519", title: "Ed25519", vaultType: "ed25519", vaultBits: 0,
            identifier: AlgorithmIdentifier(oid: .ed25519, parameters: .absent), signatures: [.ed25519],
            leafUsages: [0], signsCertificates: false, isMadeOnRequest: true)
        // RFC 3279 §2.3.1: the parameters are NULL, and present. Making such a key would stop other requests for a tenth of a second.
        static let rsa = Row(
            policyName: "rsa", title: "RSA", vaultType: "rsa", vaultBits: 0,
            identifier: AlgorithmIdentifier(oid: .rsaEncryption, parameters: .null), signatures: Signature.ofRSA,
            leafUsages: [0, 2], signsCertificates: false, isMadeOnRequest: false)
    }
}

extension KeyAlgorithm: CaseIterable {
    package static let rsa2048 = rsa(bits: 2_048)
    package static let rsa3072 = rsa(bits: 3_072)
    package static let rsa4096 = rsa(bits: 4_096)

    /// Bits of the RSA moduli that are certified.
    package static let modulusSizes = 2_048...8_192

    /// Every algorithm, RSA in the sizes in which keys are made; where there is a choice, the earlier one is taken.
    package static let allCases: [Self] = [.p256, .p384, .ed25519, .rsa2048, .rsa3072, .rsa4096]

    /// The names that profiles may list.
    package static let policyNames = allCases.map(\.policyName).reduce(into: [String]()) { if $1 != $0.last { $0.append($1) } }

    /// `P-256 or P-384`: the algorithms of CAs.
    package static let titlesOfCAs = allCases.filter(\.signsCertificates).map(\.title).joined(separator: " or ")

    /// `ec with 256 bits, …`: the keys that are made on request, in Vault's words.
    package static let vaultChoices = allCases.filter(\.isMadeOnRequest).map {
        $0.vaultBits == 0 ? $0.vaultType : "\($0.vaultType) with \($0.vaultBits) bits"
    }.joined(separator: ", ")

    /// The algorithm of a `name`; nil when no such key can be made.
    package init?(name: String) {
        guard let found = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = found
    }

    /// The algorithm of Vault's names; nil when no such key can be made.
    /// - Parameters:
    ///   - vaultType: nil when the size alone decides.
    ///   - bits: 0 for the usual size of the type.
    package init?(vaultType: String?, bits: Int64) {
        let found = Self.allCases.first { algorithm in
            guard let vaultType else { return algorithm.vaultBits == bits }
            return algorithm.vaultType == vaultType && (bits == 0 || algorithm.vaultBits == 0 || algorithm.vaultBits == bits)
        }
        guard let found else { return nil }
        self = found
    }
}

extension KeyAlgorithm {
    /// `ec-p256`, `ec-p384`, `ed25519` or `rsa-2048`.
    package var name: String { modulusBits.map { "\(row.policyName)-\($0)" } ?? row.policyName }

    /// `ec-p256`, `ec-p384`, `ed25519` or `rsa`, as profiles list it.
    package var policyName: String { row.policyName }

    var title: String { row.title }

    /// The size of an RSA key; nil of others.
    package var modulusBits: Int? { if case .rsa(let bits) = self { bits } else { nil } }

    /// Vault's `key_type`.
    package var vaultType: String { row.vaultType }

    private var vaultBits: Int64 { Int64(modulusBits ?? row.vaultBits) }

    var identifier: AlgorithmIdentifier { row.identifier }

    /// The algorithms of signatures that are believed of such a key.
    package var signatures: [Signature] { row.signatures }

    /// The algorithm of the signatures that such keys make here.
    package var signature: Signature { row.signatures[0] }

    /// True when a leaf with such a key may have this bit of the KeyUsage: keyAgreement is for EC, keyEncipherment for RSA (RFC 3279 §2.3,
    /// RFC 8410 §5, RFC 9295).
    package func permitsLeafUsage(_ bit: UInt8) -> Bool { row.leafUsages.contains(bit) }

    /// True when CAs here may have such a key.
    package var signsCertificates: Bool { row.signsCertificates }

    /// True when the server makes such keys on request.
    package var isMadeOnRequest: Bool { row.isMadeOnRequest }
}

/// The AlgorithmIdentifier of a SubjectPublicKeyInfo (RFC 3279, 5480, 8410).
struct AlgorithmIdentifier: Hashable, Sendable {
    enum Parameters: Hashable, Sendable {
        case absent, null, other
        case curve(ObjectIdentifierDER)
    }

    let oid: ObjectIdentifierDER
    let parameters: Parameters
    /// The named curve of an EC key.
    var curve: ObjectIdentifierDER? { if case .curve(let oid) = parameters { oid } else { nil } }

    /// Takes the parts of a SEQUENCE.
    init(_ fields: inout DERReader) throws(DERError) {
        oid = try fields.objectIdentifier()
        switch fields.nextTag {
        case nil: parameters = .absent
        case 0x06: parameters = .curve(try fields.objectIdentifier())
        default:
            let value = try fields.next()
            parameters = value.tag == 0x05 && value.content.isEmpty ? .null : .other
        }
    }

    init(oid: ObjectIdentifierDER, parameters: Parameters) {
        self.oid = oid
        self.parameters = parameters
    }
}

extension ObjectIdentifierDER {
    /// 1.2.840.10045.2.1
    package static let ecPublicKey = Self(content: [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01])
    /// 1.2.840.10045.3.1.7, P-256
    package static let secp256r1 = Self(content: [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07])
    /// 1.3.132.0.34, P-384
    package static let secp384r1 = Self(content: [0x2B, 0x81, 0x04, 0x00, 0x22])
    /// 1.3.101.112
    package static let ed25519 = Self(content: [0x2B, 0x65, 0x70])
    /// 1.2.840.113549.1.1.1
    package static let rsaEncryption = Self(content: [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01])
}
