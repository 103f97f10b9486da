/// Everything a client needs to know about its CA.
public struct ClientConfiguration: Sendable {
    /// Where the CA's API listens.
    public var address: ServerAddress
    /// Nil: the root beside the certificate (`ca.pem` of a credential directory) is used.
    public var trust: TrustAnchors?
    /// A token or ticket; renewing needs none.
    public var credential: Credential?
    /// How long a connection may take to be made, in seconds.
    public var connectTimeout: Int64

    /// Nothing is read or connected yet.
    public init(address: ServerAddress, trust: TrustAnchors?, credential: Credential? = nil, connectTimeout: Int64 = 5) {
        self.address = address
        self.trust = trust
        self.credential = credential
        self.connectTimeout = connectTimeout
    }
}
