internal import Crypto
package import Ledger
package import PKI

/// Finds the principal of a request by its token or TLS client certificate.
package struct Authenticator: Sendable {
    private let ledger: any TokenLedger & InventoryLedger

    package init(ledger: any TokenLedger & InventoryLedger) {
        self.ledger = ledger
    }

    /// The credentials that came with a request.
    package struct Presented: Sendable {
        package var token: String?
        /// DER of the client certificate, of which TLS has verified that the client has its key.
        package var certificate: [UInt8]?
        package var ipAddress: String
        package var userAgent: String

        package init(token: String?, certificate: [UInt8]?, ipAddress: String, userAgent: String) {
            self.token = token
            self.certificate = certificate
            self.ipAddress = ipAddress
            self.userAgent = userAgent
        }
    }

    /// The principal behind a token; else behind the certificate; else anonymous.
    package func principal(_ presented: Presented, now: UnixTime) async throws(AuthenticationFailure) -> Principal {
        let credential: Principal.Credential
        if let text = presented.token {
            credential = .token(try await token(text, presented, now: now))
        } else if let der = presented.certificate {
            credential = .certificate(try await certificate(der, now: now))
        } else {
            credential = .anonymous
        }
        return Principal(
            credential: credential, isCurrent: credential.isCurrent(at: now), ipAddress: presented.ipAddress, userAgent: presented.userAgent
        )
    }

    /// The credential, or the refusal, that `principal` would find, without spending a use of a token: for the check before a body is read.
    @discardableResult
    package func recognise(_ presented: Presented, now: UnixTime) async throws(AuthenticationFailure) -> Principal.Credential {
        if let text = presented.token {
            return .token(try await find(text, now: now))
        } else if let der = presented.certificate {
            return .certificate(try await certificate(der, now: now))
        } else {
            throw .refused(.credentialMissing)
        }
    }

    /// The principal behind the client certificate alone, whatever token came with it: renewal's credential.
    package func certificateHolder(_ presented: Presented, now: UnixTime) async throws(AuthenticationFailure) -> Principal {
        var presented = presented
        presented.token = nil
        return try await principal(presented, now: now)
    }

    private func token(_ text: String, _ presented: Presented, now: UnixTime) async throws(AuthenticationFailure) -> TokenRecord {
        let token = try await find(text, now: now)
        guard token.ticket == nil, token.usesLeft != nil else { return token }
        let name = Principal.Credential.token(token).auditName
        let use = AuditEvent(
            timestamp: now.milliseconds, principal: name, action: .authenticate, resource: token.accessor, result: .allowed,
            ipAddress: presented.ipAddress, userAgent: presented.userAgent)
        do { try await ledger.spendUse(ofToken: token.id, audit: use) } catch LedgerError.tokenUnknown { throw .endedToken(name) } catch {
            throw .ledger(error)
        }
        return token
    }

    private func find(_ text: String, now: UnixTime) async throws(AuthenticationFailure) -> TokenRecord {
        guard let secret = TokenSecret(presented: text) else { throw .refused(.tokenInvalid) }
        let found: TokenRecord?
        do { found = try await ledger.token(secretSHA256: secret.sha256) } catch { throw .ledger(error) }
        guard let token = found, secret.matches(sha256: token.secretSHA256) else { throw .refused(.tokenInvalid) }
        guard !token.revoked else { throw .endedToken(Principal.Credential.token(token).auditName) }
        // A spent or expired ticket is judged inside the ledger's transaction: with the same key it answers the same certificate.
        if token.ticket == nil {
            guard now < token.expiresAt, token.usesLeft.map({ $0 > 0 }) ?? true else {
                throw .endedToken(Principal.Credential.token(token).auditName)
            }
        }
        return token
    }

    private func certificate(_ der: [UInt8], now: UnixTime) async throws(AuthenticationFailure) -> CertificateRecord {
        let serialNumber: SerialNumber
        do { serialNumber = try SerialNumber(ofCertificate: der) } catch { throw .refused(.certificateUnknown) }
        let found: CertificateRecord?
        do { found = try await ledger.certificate(serialNumber) } catch { throw .ledger(error) }
        // Byte for byte: a serial number alone proves nothing, and what is equal to what we issued need not be read again.
        guard let record = found, record.der == der else { throw .refused(.certificateUnknown) }
        let serial = record.serialNumber.description
        guard record.revocation == nil else { throw .refused(.certificateRevoked(serial: serial)) }
        guard now >= record.notBefore, permitsTLSClients(certificate: record.der) else {
            throw .refused(.certificateNotForClients(serial: serial))
        }
        guard now <= record.notAfter else { throw .refused(.certificateExpired(serial: serial)) }
        return record
    }
}

/// Reasons why no principal was found.
package enum AuthenticationFailure: Error, Sendable, Equatable {
    case refused(AccessRefusal)
    /// The token is one of ours, and is revoked, expired or used up. Its holder is told what everybody is told; the audit log names it.
    case endedToken(_ auditName: String)
    case ledger(LedgerError)

    /// The refusal for the peer; nil when the ledger failed.
    package var refusal: AccessRefusal? {
        switch self {
        case .refused(let refusal): refusal
        case .endedToken: .tokenInvalid
        case .ledger: nil
        }
    }

    /// The principal's name in the audit log, when it is known.
    package var principal: String? {
        switch self {
        case .refused(.certificateRevoked(let serial)), .refused(.certificateExpired(let serial)),
            .refused(.certificateNotForClients(let serial)):
            "certificate:\(serial)"
        case .endedToken(let name): name
        case .refused, .ledger: nil
        }
    }
}

extension Principal.Credential {
    /// False for a ticket that has expired or is spent. Tokens and certificates that have ended were refused before.
    fileprivate func isCurrent(at now: UnixTime) -> Bool {
        guard case .token(let token) = self, token.ticket != nil else { return true }
        return now < token.expiresAt && token.usesLeft != 0
    }
}

/// The secret of a token or ticket: 256 random bits behind a prefix that secret scanners can find. Shown once, never stored.
package struct TokenSecret: Sendable, CustomStringConvertible {
    /// The text that its holder presents.
    package let text: String
    private let digest: SHA256.Digest

    /// - Parameter isTicket: chooses the prefix, `signet-ticket-` or `signet-token-`.
    package init(isTicket: Bool, using generator: inout some RandomNumberGenerator) {
        let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_".utf8)
        // 43 digits of 6 bits each hold 256 bits.
        let digits = (0..<43).map { _ in alphabet[Int.random(in: 0..<64, using: &generator)] }
        self.init((isTicket ? "signet-ticket-" : "signet-token-") + String(decoding: digits, as: UTF8.self))
    }

    private init(_ text: String) {
        self.text = text
        digest = SHA256.hash(data: Array(text.utf8))
    }

    /// Takes a presented text; nil when it is too long or not printable.
    package init?(presented text: String) {
        guard (1...256).contains(text.utf8.count), text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        self.init(text)
    }

    /// SHA-256 of the text, by which the ledger finds the token.
    package var sha256: [UInt8] { Array(digest) }

    /// True when this is its digest; compares in constant time.
    func matches(sha256: [UInt8]) -> Bool { digest == sha256 }

    package var description: String { "<redacted>" }
}
