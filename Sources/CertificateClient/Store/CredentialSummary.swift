/// A pair on disk in a few words.
public struct CredentialSummary: Sendable, Equatable {
    /// Where the pair is.
    public let directory: String
    /// Lower-case hex with colons.
    public let serialNumber: String
    /// The device's UUID or the service's first name.
    public let commonName: String
    /// Seconds since 1970.
    public let notBefore: Int64
    /// Seconds since 1970, inclusive.
    public let notAfter: Int64
    /// When to renew, seconds since 1970.
    public let renewAt: Int64

    /// Whether the certificate has not expired at the given time.
    public func isValid(at now: Int64) -> Bool { now <= notAfter }

    init(directory: String, serialNumber: String, commonName: String, notBefore: Int64, notAfter: Int64, renewAt: Int64) {
        self.directory = directory
        self.serialNumber = serialNumber
        self.commonName = commonName
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.renewAt = renewAt
    }

    init(directory: String, state: StoredState) {
        self.init(
            directory: directory, serialNumber: state.serialNumber, commonName: state.commonName, notBefore: state.notBefore,
            notAfter: state.notAfter, renewAt: state.renewAt)
    }
}
