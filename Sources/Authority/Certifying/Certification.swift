import Issuance
import Ledger
import PKI

/// All that it takes to make one certificate, whoever asks.
struct Certification {
    var names: NameRequest
    var publicKey: SubjectPublicKey
    var profile: CertificateProfile
    /// Seconds; nil for the profile's lifetime.
    var ttl: Int64?
    var claim: IssuanceClaim
    /// As the audit log names it.
    var requester: String
    var idempotency: IdempotencyClaim?
    /// Made here, for `issue`.
    var privateKey: PrivateKey?
    /// The audit event of its success, from the identity and the time in milliseconds.
    var event: (_ identity: String, _ now: Int64) -> AuditEvent
}
