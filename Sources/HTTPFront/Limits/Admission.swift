import Access
import HTTPTypes
package import HummingbirdCore

/// The result of taking a request out of a bucket, as its answer tells it (draft-ietf-httpapi-ratelimit-headers).
struct Admission: Sendable {
    let limitClass: LimitClass
    let limit: RateLimit
    let taking: BucketTable.Taking

    /// Whole seconds until a request would go on.
    var secondsToWait: Int64 { (taking.wait ?? 0).wholeSeconds }

    private static let policy = HTTPField.Name("RateLimit-Policy")
    private static let state = HTTPField.Name("RateLimit")

    /// Adds the class's rate, the number of requests left, and in how many seconds one more comes back.
    func describe(in response: inout Response) {
        guard let policy = Self.policy, let state = Self.state else { return }
        response.headers[policy] = "\"\(limitClass.name)\";q=\(limit.requests);w=\(limit.interval)"
        response.headers[state] = "\"\(limitClass.name)\";r=\(taking.left);t=\(taking.next.wholeSeconds)"
    }

    /// The refusal, in Vault's words first.
    func failure(path: String, retryAfter: Int64) -> APIFailure {
        APIFailure(
            .tooManyRequests, code: "rate_limited",
            summary: "request path \"\(path)\": rate limit quota exceeded: class '\(limitClass.name)' lets each sender make "
                + "\(limit.requests) requests in \(limit.interval) s, \(limit.burst) at once",
            remedy: "ask again in \(retryAfter) s; the rates are in policies/limits.yaml, and a policy names its class with limit_class",
            headers: [.retryAfter: "\(retryAfter)"])
    }
}

extension Int64 {
    /// Nanoseconds as seconds, rounded up.
    fileprivate var wholeSeconds: Int64 { (self + 999_999_999) / 1_000_000_000 }
}

extension APIRequestContext {
    /// Takes the request out of its address's bucket, where the endpoint's are taken from there; throws the refusal when there is none left.
    func admitAddress(_ request: Request) async throws(APIFailure) {
        guard let limits, let standard = route?.limit.standard, route?.limit.isByAddress == true else { return }
        try await admit(.address(remoteAddress), limits.policies.limits?[standard], request)
    }

    /// Takes the request out of the bucket of whoever sent it; nil: somebody without a credential of ours.
    func admit(_ credential: Principal.Credential?, _ request: Request) async throws(APIFailure) {
        guard let limits, route?.limit.isByAddress == false else { return }
        switch credential {
        case nil, .anonymous?: try await admit(stranger: .anonymous, request)
        case let credential?:
            let standard = (route?.limit.standard).flatMap { limits.policies.limits?[$0] }
            try await admit(.credential(credential), standard ?? limits.policies.limitClass(of: credential), request)
        }
    }

    /// Takes the request out of the bucket of its address.
    /// - Parameter standard: `anonymous`, or `unknown` for somebody who shows a credential that is not ours.
    func admit(stranger standard: RequestLimits.Standard, _ request: Request) async throws(APIFailure) {
        guard let limits, route?.limit.isByAddress == false else { return }
        try await admit(.address(remoteAddress), limits.policies.limits?[standard], request, isOverridable: false)
    }

    /// Takes a try to log in out of the bucket of its address and user, before anything of it is looked up; throws the refusal.
    package func admitLogin(user: String, _ request: Request) async throws(APIFailure) {
        guard let limits else { return }
        try await admit(.login(user: user, address: remoteAddress), limits.policies.limits?[.login], request)
    }

    /// - Parameters:
    ///   - sender: looked at only where there is a rate.
    ///   - isOverridable: the file may have given the endpoint another class.
    private func admit(
        _ sender: @autoclosure () -> Sender, _ standard: LimitClass?, _ request: Request, isOverridable: Bool = true
    ) async throws(APIFailure) {
        let own = isOverridable ? route.flatMap { limits?.policies.limits?.limitClass(ofEndpoint: $0.path) } : nil
        guard let limitClass = own ?? standard, let limit = limitClass.limit, let limiter, isFirstCharge else { return }
        let sender = sender()
        let admission = limiter.take(sender, limitClass, limit)
        note(admission)
        guard admission.taking.wait != nil else { return }
        let userAgent = String((request.headers.value(of: .userAgent) ?? "").prefix(200))
        throw await limiter.refusal(of: sender, admission, self, userAgent: userAgent)
    }
}
