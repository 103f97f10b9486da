package import Access

/// Whose bucket the requests of an endpoint are taken from, and in which class.
package struct RouteLimit: Sendable {
    /// nil: the class of the credential.
    let standard: RequestLimits.Standard?
    /// The bucket is the address's, whatever credential is shown: anybody may ask, and nobody is looked up.
    let isByAddress: Bool

    /// The sender's bucket, in the class of its credential.
    package static let sender = RouteLimit(standard: nil, isByAddress: false)

    /// A bucket of the sender's for this endpoint's class; without a credential the address's in `anonymous`.
    package static func sender(_ standard: RequestLimits.Standard) -> RouteLimit {
        RouteLimit(standard: standard, isByAddress: false)
    }

    /// The address's bucket in this class.
    package static func address(_ standard: RequestLimits.Standard) -> RouteLimit { RouteLimit(standard: standard, isByAddress: true) }
}
