package import Access
import HTTPTypes
import Ledger
package import Logging
import PKI
import Synchronization

/// Bounds how often each sender may ask, by the classes of the policies in force.
///
/// Its clock is monotonic, so that no step of the wall clock opens or closes a bucket. Nothing of it outlives the process: see `BucketTable`
/// for how full buckets are when a server starts.
package final class RequestLimiter: Sendable {
    /// Nanoseconds, and the numbers by which refused senders are spread; both from outside.
    package struct Environment: Sendable {
        /// Of a clock that does not go back.
        package let now: @Sendable () -> Int64
        /// A random number from 0 up to a bound, both included.
        package let random: @Sendable (Int64) -> Int64

        package init(now: @escaping @Sendable () -> Int64, random: @escaping @Sendable (Int64) -> Int64) {
            self.now = now
            self.random = random
        }
    }

    /// Is told of each refusal, for the audit log: who, from where, in which class.
    package typealias Refused = @Sendable (Principal.Credential?, _ address: String, _ userAgent: String) async -> Void

    /// 16 MiB for each kind of sender, when a million of them use their buckets at once.
    private static let maxSlots = 1 << 20
    private static let shards = 16

    private final class Shard: Sendable {
        let table: Mutex<BucketTable>

        init(now: Int64) { table = Mutex(BucketTable(maxSlots: maxSlots / shards, now: now)) }
    }

    private let current: Mutex<LimitRules>
    /// Anybody can come from very many addresses; a credential was given by us. Each has a table, so that the ones take no slot of the others.
    private let addresses: [Shard]
    private let credentials: [Shard]
    private let environment: Environment
    private let logger: Logger
    private let refused: Refused
    private let notices = SparseNotice()

    /// - Parameter refused: is told of each request that is refused.
    package init(_ policies: Policies, environment: Environment, logger: Logger, refused: @escaping Refused) {
        current = Mutex(LimitRules(policies))
        let now = environment.now()
        addresses = (0..<Self.shards).map { _ in Shard(now: now) }
        credentials = (0..<Self.shards).map { _ in Shard(now: now) }
        self.environment = environment
        self.logger = logger
        self.refused = refused
    }

    /// Puts other policies in force. What each sender has used of its buckets stays.
    package func replace(_ policies: Policies) {
        current.withLock { rules in
            rules.isRetired.store(true, ordering: .releasing)
            rules = LimitRules(policies)
        }
    }

    /// The limits in force.
    package var limits: RequestLimits? { rules.policies.limits }

    var rules: LimitRules { current.withLock { $0 } }

    /// Takes a request out of the sender's bucket.
    func take(_ sender: Sender, _ limitClass: LimitClass, _ limit: RateLimit) -> Admission {
        let key = sender.key(in: limitClass)
        let shards = sender.isCredential ? credentials : addresses
        let taking = shards[Int(key >> 60)].table.withLock { $0.take(key, limitClass.name, limit, at: environment.now()) }
        return Admission(limitClass: limitClass, limit: limit, taking: taking)
    }

    /// Logs and audits that a request was refused, and says so.
    func refusal(of sender: Sender, _ admission: Admission, _ context: APIRequestContext, userAgent: String) async -> APIFailure {
        await refused(sender.credential, context.remoteAddress, userAgent)
        if let others = notices.next(at: UnixTime(environment.now() / 1_000_000_000)) {
            logger.notice(
                "requests are refused for their number",
                metadata: [
                    LogKey.limitClass: .string(admission.limitClass.name), LogKey.address: .string(context.remoteAddress),
                    LogKey.requestID: .string(context.requestID), LogKey.others: .stringConvertible(others),
                ])
        }
        let seconds = admission.secondsToWait
        // Whoever was refused at one time must not come back at one time.
        return admission.failure(path: context.routePath, retryAfter: seconds + environment.random(max(1, seconds / 2)))
    }
}

/// Policies as requests are limited by them. A connection keeps them from request to request, so that its requests share no lock with those of
/// others.
final class LimitRules: Sendable {
    let policies: Policies
    /// True when others are in force.
    let isRetired = Atomic(false)

    init(_ policies: Policies) { self.policies = policies }
}

/// Whose bucket a request is taken from.
enum Sender {
    case address(String)
    case credential(Principal.Credential)
    /// A user that tries to log in from an address.
    case login(user: String, address: String)

    var credential: Principal.Credential? { if case .credential(let credential) = self { credential } else { nil } }

    /// True for what was given by us.
    var isCredential: Bool {
        switch self {
        case .address, .login, .credential(.anonymous): false
        case .credential: true
        }
    }

    /// Hashed with a seed of the process's own, so that nobody can choose senders that meet in one place.
    func key(in limitClass: LimitClass) -> UInt64 {
        var hasher = Hasher()
        hasher.combine(limitClass.name)
        switch self {
        case .address(let address): hasher.combine(network(of: address))
        case .credential(.anonymous): break
        case .credential(.token(let token)): hasher.combine(token.accessor)
        case .credential(.certificate(let certificate)): hasher.combine(certificate.identity)
        case .login(let user, let address):
            hasher.combine(user)
            hasher.combine(network(of: address))
        }
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }
}

/// The part of an address that one sender has: all of an IPv4 address, the first 64 bits of an IPv6 one, in which there are more addresses than
/// anybody can count.
private func network(of address: String) -> [UInt8] {
    guard let octets = IPAddress(text: address)?.unmapped.octets else { return Array(address.utf8) }
    return octets.count == 16 ? Array(octets.prefix(8)) : octets
}
