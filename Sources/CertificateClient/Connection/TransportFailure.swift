internal import AsyncHTTPClient
internal import Glibc
internal import NIOCore
internal import NIOPosix
internal import NIOSSL

/// A request that got no answer: how far it came, and what to tell a person.
struct TransportFailure: Error {
    let kind: AttemptFailure
    let error: ClientError

    /// Sorts what the HTTP client threw.
    init(_ cause: any Error, address: ServerAddress) {
        let address = address.description
        switch cause {
        case is CancellationError:
            (kind, error) = (.final, .cancelled)
        case let cause as NIOConnectionError:
            let reason = cause.connectionErrors.first.map { Self.text($0.error) } ?? "the host's name cannot be resolved"
            (kind, error) = (.notSent, .unreachable(address: address, reason: reason))
        case let cause as HTTPClientError where cause == .connectTimeout || cause == .tlsHandshakeTimeout:
            (kind, error) = (.notSent, .unreachable(address: address, reason: "no connection in time"))
        case let cause as HTTPClientError where cause == .deadlineExceeded || cause == .readTimeout:
            (kind, error) = (.answerLost, .unreachable(address: address, reason: "no answer in time"))
        case is NIOTooManyBytesError:
            (kind, error) = (.final, .unexpectedAnswer("it is larger than \(Transport.answerLimit) bytes"))
        default:
            self = Self.tls(cause, address: address)
        }
    }

    init(_ kind: AttemptFailure, _ error: ClientError) {
        self.kind = kind
        self.error = error
    }

    /// BoringSSL tells its reasons only as text.
    private static func tls(_ cause: any Error, address: String) -> TransportFailure {
        let text = String(describing: cause)
        if text.contains("CERTIFICATE_VERIFY_FAILED") || cause is NIOSSLExtraError {
            return .init(.final, .serverNotTrusted(address: address, reason: reason(text)))
        }
        let alerts = ["CERTIFICATE_EXPIRED", "CERTIFICATE_REVOKED", "BAD_CERTIFICATE", "CERTIFICATE_UNKNOWN", "UNKNOWN_CA"]
        if alerts.contains(where: text.contains) {
            return .init(.final, .clientCertificateRefused(address: address, reason: reason(text)))
        }
        if text.contains("WRONG_VERSION_NUMBER") || text.contains("PROTOCOL_VERSION") {
            return .init(.final, .serverNotTrusted(address: address, reason: "it does not speak TLS 1.3"))
        }
        if case NIOSSLError.handshakeFailed = cause {
            return .init(.notSent, .unreachable(address: address, reason: "the TLS handshake failed: \(reason(text))"))
        }
        return .init(.answerLost, .unreachable(address: address, reason: self.text(cause)))
    }

    private static func reason(_ text: String) -> String {
        let known = [
            "CERTIFICATE_VERIFY_FAILED": "its certificate does not chain to the trusted root or is not valid now",
            "CERTIFICATE_EXPIRED": "it has expired", "CERTIFICATE_REVOKED": "it is revoked", "UNKNOWN_CA": "its issuer is unknown there",
            "BAD_CERTIFICATE": "it is not accepted there", "CERTIFICATE_UNKNOWN": "it is not accepted there",
            "failedToValidateHostname": "its certificate is for other names",
        ]
        return known.first { text.contains($0.key) }?.value ?? openSSLReason(text)
    }

    /// `no shared cipher` of `error:100000b8:SSL routines:OPENSSL_internal:NO_SHARED_CIPHER`.
    private static func openSSLReason(_ text: String) -> String {
        guard let mark = text.firstRange(of: "OPENSSL_internal:") else { return "the other side ended it" }
        let name = text[mark.upperBound...].prefix { $0.isASCII && ($0.isUppercase || $0.isNumber || $0 == "_") }
        return name.lowercased().replacing("_", with: " ")
    }

    private static func text(_ cause: any Error) -> String {
        switch cause {
        case let cause as IOError: unsafe String(cString: strerror(cause.errnoCode))
        case let cause as HTTPClientError: cause.shortDescription
        default: "the connection broke (\(String(describing: cause).prefix(200)))"
        }
    }
}
