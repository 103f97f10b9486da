import Access
internal import Crypto
package import Issuance
package import Ledger
package import PKI

/// The certificate that a caller asks for.
package struct IssuanceOrder: Sendable {
    /// The key to certify: the one of a CSR (`sign`), or a new one made here (`issue`).
    package enum Key: Sendable {
        case requested(SigningRequest)
        /// nil: the profile's first key type that is made here.
        case generated(KeyAlgorithm?)
    }

    package var role: String
    package var key: Key
    package var commonName: String?
    package var organization: String?
    package var organizationalUnit: String?
    package var names: [GeneralName]
    /// Seconds; nil for the profile's lifetime.
    package var ttl: Int64?
    package var idempotencyKey: IdempotencyKey?

    package init(
        role: String, key: Key, commonName: String? = nil, organization: String? = nil, organizationalUnit: String? = nil,
        names: [GeneralName] = [], ttl: Int64? = nil, idempotencyKey: IdempotencyKey? = nil
    ) {
        self.role = role
        self.key = key
        self.commonName = commonName
        self.organization = organization
        self.organizationalUnit = organizationalUnit
        self.names = names
        self.ttl = ttl
        self.idempotencyKey = idempotencyKey
    }

    package init(
        role: String, csr: SigningRequest, commonName: String? = nil, organization: String? = nil, organizationalUnit: String? = nil,
        names: [GeneralName] = [], ttl: Int64? = nil, idempotencyKey: IdempotencyKey? = nil
    ) {
        self.init(
            role: role, key: .requested(csr), commonName: commonName, organization: organization, organizationalUnit: organizationalUnit,
            names: names, ttl: ttl, idempotencyKey: idempotencyKey)
    }

    var csr: SigningRequest? {
        if case .requested(let csr) = key { csr } else { nil }
    }
}

/// A durable certificate, with the rest of the answer to its holder.
package struct IssuanceResult: Sendable {
    package let record: CertificateRecord
    package let issuer: Issuer
    package let renewAt: UnixTime
    package let warnings: [String]
    /// Set by `issue`: made here, never stored.
    package let privateKey: PrivateKey?
}

/// A name that a caller gives to a request, so that it can send it again when the answer was lost.
package struct IdempotencyKey: Sendable, Equatable {
    /// 1 to 255 printable ASCII characters.
    package let text: String

    package init(_ text: String) throws(AuthorityError) {
        guard (1...255).contains(text.utf8.count), text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw .request(.malformed(field: "Idempotency-Key", problem: "must be 1 to 255 printable ASCII characters without spaces"))
        }
        self.text = text
    }

    /// The ledger's row for the key, bound to the credential, so that no other gets the answer, and to the content of the request.
    /// - Parameter life: seconds that the key is kept.
    func claim(_ permit: Permit, _ names: NameRequest, key: [UInt8], ttl: Int64?, now: UnixTime, life: Int64) -> IdempotencyClaim {
        var request = SHA256()
        for part in [
            "\(permit.action)", permit.object, "\(names.csr.map { "\($0.subject)" } ?? "")", "\(names.csr?.names ?? [])", "\(names.names)",
        ] {
            request.update(part: part)
        }
        for part in [names.commonName, names.organization, names.organizationalUnit, ttl.map { "\($0)" }] {
            request.update(part: part ?? "\0")
        }
        // `issue` makes a key for each request: it is not part of what was asked for.
        if names.csr != nil { request.update(part: hexadecimal(key)) }
        var scoped = SHA256()
        scoped.update(part: permit.principal.credentialName)
        scoped.update(part: text)
        return IdempotencyClaim(
            keySHA256: Array(scoped.finalize()), requestSHA256: Array(request.finalize()), expiresAt: now + life)
    }
}

extension SHA256 {
    /// Length first, so that no two lists of parts look the same.
    fileprivate mutating func update(part: String) {
        let octets = Array(part.utf8)
        update(data: (0..<8).map { UInt8(truncatingIfNeeded: octets.count >> (56 - 8 * $0)) })
        update(data: octets)
    }
}

extension Principal {
    /// A name that is unique among credentials.
    fileprivate var credentialName: String {
        switch credential {
        case .anonymous: "anonymous"
        case .token(let token): "token \(token.id)"
        case .certificate(let certificate): "certificate \(certificate.serialNumber)"
        }
    }
}
