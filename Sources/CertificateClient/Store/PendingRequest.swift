/// A key that was made for a request whose answer has not been stored yet.
///
/// It is written before the request is sent. When the answer is lost, the next attempt uses the same key, and the CA answers a spent ticket with the
/// certificate it made for that key.
struct PendingRequest: Codable, Sendable, Equatable {
    /// What the key was made for.
    enum Purpose: Codable, Sendable, Equatable {
        case enrolment(Enrolment)
        /// Serial number of the certificate to be renewed.
        case renewal(of: String)
    }

    var purpose: Purpose
    var keyType: KeyType
    /// PKCS#8 PEM.
    var key: String
}
