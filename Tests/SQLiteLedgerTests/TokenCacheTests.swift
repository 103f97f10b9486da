import Ledger
import PKI
import Testing

@testable import SQLiteLedger

@Suite struct TokenCacheTests {
    private func token(_ secret: UInt8, usesLeft: Int? = nil, ticket: TicketScope? = nil) -> TokenRecord {
        TokenRecord(
            id: Int64(secret), accessor: "a\(secret)", secretSHA256: [secret], displayName: "t", policies: ["admin"], ticket: ticket,
            createdAt: 0, expiresAt: 10, maxTTL: nil, usesLeft: usesLeft)
    }

    @Test func `a token is kept until one changes`() {
        let cache = TokenCache()
        cache.keep(token(1), at: cache.find([1]).age)
        #expect(cache.find([1]).token?.id == 1)
        #expect(cache.find([2]).token == nil)
        cache.forget()
        #expect(cache.find([1]).token == nil)
    }

    @Test func `what was read before a change is not kept after it`() {
        let cache = TokenCache()
        let age = cache.find([1]).age
        cache.forget()
        cache.keep(token(1), at: age)
        #expect(cache.find([1]).token == nil)
    }

    @Test func `tickets and tokens with a number of uses are never kept`() {
        let cache = TokenCache()
        let age = cache.find([1]).age
        cache.keep(token(1, usesLeft: 5), at: age)
        cache.keep(token(2, ticket: TicketScope(profile: "device", subject: .pattern("*"), organization: nil, type: nil)), at: age)
        #expect(cache.find([1]).token == nil && cache.find([2]).token == nil)
    }

    @Test func `no more than its capacity is kept`() {
        let cache = TokenCache()
        for number in 0...TokenCache.capacity {
            var one = token(0)
            one.secretSHA256 = [UInt8(number >> 8), UInt8(number & 255)]
            cache.keep(one, at: 0)
        }
        #expect(cache.find([0, 0]).token == nil)
        #expect(cache.find([UInt8(TokenCache.capacity >> 8), UInt8(TokenCache.capacity & 255)]).token != nil)
    }
}
