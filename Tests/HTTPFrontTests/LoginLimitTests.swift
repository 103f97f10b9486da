import Access
import Authority
import HTTPTypes
import HummingbirdCore
import NIOCore
import PKI
import ServerKit
import Testing

@testable import HTTPFront

/// Tries to log in, at an endpoint of a front end of its own.
@Suite struct `Tries to log in` {
    @Test func `are limited by address and user, networks of IPv6 as one address`() async throws {
        let bench = try Bench()
        let limiter = RequestLimiter(
            bench.authority.policies, environment: .init(now: { bench.time.now.seconds * 1_000_000_000 }, random: { _ in 0 }),
            logger: quietLogger, refused: { _, _, _ in })
        bench.time.advance(3_600)
        var rules = RouteRules()
        rules.limiter = limiter
        var group = RouteGroup("v1/auth", rules)
        group.on("login/{user}", method: .post) { request, context in
            try await context.admitLogin(user: context.parameters["user"] ?? "", request)
            return .plain(.ok)
        }
        let router = try Router([group])
        func admitted(_ user: String, _ address: String) async throws -> Int {
            var count = 0
            for _ in 0..<9 {
                let request = Request(
                    head: HTTPRequest(method: .post, scheme: nil, authority: nil, path: "/v1/auth/login/\(user)"),
                    body: RequestBody(buffer: ByteBuffer()))
                let source = RequestSource(logger: quietLogger, connection: ConnectionFacts(remoteAddress: address), requestID: "r")
                if try await router.respond(to: request, from: source).status == .ok { count += 1 }
            }
            return count
        }
        #expect(try await admitted("ann", "192.0.2.1") == 5)
        #expect(try await admitted("ann", "::ffff:192.0.2.1") == 0)
        #expect(try await admitted("ann", "192.0.2.2") == 5)
        #expect(try await admitted("bob", "192.0.2.1") == 5)
        #expect(try await admitted("ann", "2001:db8:1:2::1") == 5)
        #expect(try await admitted("ann", "2001:db8:1:2:ffff::9") == 0)
        #expect(try await admitted("ann", "2001:db8:1:3::1") == 5)
    }
}
