/// A credential that the ledger was asked about and found good.
package enum ProvenCredential: Hashable, Sendable {
    /// The end of the client certificate's signature, which tells those from each other that were issued here.
    case certificate([UInt8])
    /// The token's accessor.
    case token(String)

    /// That of a certificate that the ledger has, octet for octet.
    package static func certificate(der: [UInt8]) -> ProvenCredential { .certificate(Array(der.suffix(32))) }
}

/// What the ledger says of a client certificate.
package enum CertificateStanding: Equatable, Sendable {
    /// Issued here, neither revoked nor expired.
    case good
    /// It proves nothing: the stable code of the refusal.
    case refused(code: String)
    /// The ledger could not be asked.
    case unknown
}
