package import Access
package import HTTPTypes
package import HummingbirdCore
import Ledger
package import NIOCore
package import PKI

/// Finds out who sent a request, by the credentials in its head: a token, or the client certificate of its connection.
package struct Authentication: Sendable {
    fileprivate let authenticator: Authenticator
    fileprivate let now: @Sendable () -> UnixTime
    fileprivate let refused: @Sendable (Authenticator.Presented, AuthenticationFailure) async -> Void
    /// Header fields of the front end's own that hold a token; they count before the standard one (RFC 6750 §2.1).
    package var tokenFields: [HTTPField.Name] = []

    /// - Parameter refused: is told of each credential that was refused, for the audit log.
    package init(
        _ authenticator: Authenticator, now: @escaping @Sendable () -> UnixTime,
        refused: @escaping @Sendable (Authenticator.Presented, AuthenticationFailure) async -> Void
    ) {
        (self.authenticator, self.now, self.refused) = (authenticator, now, refused)
    }

    /// Whether a client certificate is a credential at this moment.
    package func standing(ofCertificate der: [UInt8]) async -> CertificateStanding {
        let shown = Authenticator.Presented(token: nil, certificate: der, ipAddress: "", userAgent: "")
        do throws(AuthenticationFailure) {
            try await authenticator.recognise(shown, now: now())
            return .good
        } catch {
            return error.refusal.map { .refused(code: $0.code) } ?? .unknown
        }
    }

    /// The token in a request's head.
    fileprivate func token(of request: Request) -> String? {
        for name in tokenFields {
            if let token = request.headers.value(of: name), !token.isEmpty { return token }
        }
        guard let field = request.headers.value(of: .authorization), field.lowercased().hasPrefix("bearer "), field.utf8.count > 7 else {
            return nil
        }
        return String(field.dropFirst(7))
    }
}

/// Who sent the request, found before anything of its body is kept (decision 57). A credential that is no good is refused with an
/// `AuthenticationFailure`, and counted.
extension APIRequestContext {
    /// The sender; anonymous without a credential. A use of a token that has a number of them is spent.
    package func principal(of request: Request) async throws -> Principal {
        let principal = try await authenticated(request) { try await $0.authenticator.principal($1, now: $0.now()) }
        showed(principal.credential.proven)
        try await admit(principal.credential, request)
        return principal
    }

    /// The holder of the client certificate, whatever token came with it.
    /// - Parameter adopt: is asked about a certificate that the ledger does not know; true when the ledger knows it now.
    package func certificateHolder(
        of request: Request, adopt: (Authenticator.Presented) async throws -> Bool
    ) async throws -> Principal {
        let holder = try await authenticated(request) { authentication, shown in
            do {
                return try await authentication.authenticator.certificateHolder(shown, now: authentication.now())
            } catch AuthenticationFailure.refused(.certificateUnknown) {
                guard try await adopt(shown) else { throw AuthenticationFailure.refused(.certificateUnknown) }
                return try await authentication.authenticator.certificateHolder(shown, now: authentication.now())
            }
        }
        showed(holder.credential.proven)
        try await admit(holder.credential, request)
        return holder
    }

    /// The credential that came with the request, of which no use is spent; a request without one is refused.
    package func credential(of request: Request) async throws -> Principal.Credential {
        let credential = try await authenticated(request) { try await $0.authenticator.recognise($1, now: $0.now()) }
        showed(credential.proven)
        try await admit(credential, request)
        return credential
    }

    /// The body of a request whose credential is good: of others nothing is kept. The principal is found again with the permit.
    package func body(of request: Request) async throws -> ByteBuffer {
        _ = try await credential(of: request)
        return try await request.collectBody(for: self)
    }

    /// The token in the request's head, as it was sent.
    package func token(of request: Request) -> String? { authentication?.token(of: request) }

    private func authenticated<Value>(
        _ request: Request, _ body: (Authentication, Authenticator.Presented) async throws -> Value
    ) async throws -> Value {
        guard let authentication else { throw AuthenticationFailure.refused(.credentialMissing) }
        let presented = Authenticator.Presented(
            token: authentication.token(of: request), certificate: peerCertificateDER, ipAddress: remoteAddress,
            userAgent: String((request.headers.value(of: .userAgent) ?? "").prefix(200)))
        do {
            return try await body(authentication, presented)
        } catch let failure as AuthenticationFailure {
            if failure.refusal != nil {
                showed(nil)
                // One of ours that has ended is named in the audit log, and counted there.
                if failure.principal == nil {
                    try await admit(stranger: failure.refusal == .credentialMissing ? .anonymous : .unknown, request)
                }
                await authentication.refused(presented, failure)
            }
            throw failure
        }
    }
}

extension Principal.Credential {
    /// What its connection is known by from now on. Of a ticket no more than the next request is expected.
    fileprivate var proven: ProvenCredential? {
        switch self {
        case .anonymous: nil
        case .token(let token): token.ticket == nil ? .token(token.accessor) : nil
        case .certificate(let certificate): .certificate(der: certificate.der)
        }
    }
}
