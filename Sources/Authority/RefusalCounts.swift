import Ledger
import Synchronization

/// Counts refusals that say the same again, by minute: neither outsiders nor a credential that is of no use any more may fill the audit log.
///
/// A peer without a credential is counted by its address. A credential of ours that has ended (a spent ticket, a revoked certificate …) is counted by its
/// name; its first refusal in a minute is a row of its own.
final class RefusalCounts: Sendable {
    private struct Key: Hashable {
        /// nil: a peer without a credential of ours.
        let principal: String?
        let address: String
        let minute: Int64
        let code: String
    }

    /// Addresses counted apart in a minute; beyond that they share one line: an IPv6 network has more than any disk has rows.
    private static let distinctAddresses = 100
    /// Credentials counted apart in a minute; beyond that they share one line for each code.
    private static let distinctCredentials = 1_000
    /// Refusals of a credential that has ended, from one address in a minute, after which it is not looked at again before the next.
    static let limit = 60
    private let counts = Mutex<[Key: Int]>([:])

    /// Counts a refusal of a peer without a credential of ours.
    func count(address: String, code: String, at milliseconds: Int64) {
        counts.withLock { counts in
            var key = Key(principal: nil, address: address, minute: milliseconds / 60_000, code: code)
            if counts[key] == nil && counts.keys.count(where: { $0.principal == nil }) >= Self.distinctAddresses {
                key = Key(principal: nil, address: "many", minute: key.minute, code: code)
            }
            counts[key, default: 0] += 1
        }
    }

    /// Counts a refusal of a credential that has ended.
    /// - Returns: whether it is the first of the minute, and to be written as a row.
    func isFirst(of principal: String, address: String, code: String, at milliseconds: Int64) -> Bool {
        counts.withLock { counts in
            let key = Key(principal: principal, address: address, minute: milliseconds / 60_000, code: code)
            if let count = counts[key] {
                counts[key] = count + 1
                return false
            }
            guard counts.keys.count(where: { $0.principal != nil }) < Self.distinctCredentials else {
                counts[Key(principal: "many", address: "many", minute: key.minute, code: code), default: 0] += 1
                return false
            }
            counts[key] = 0
            return true
        }
    }

    /// Whether a credential was refused so often from this address, in this minute and for one reason, that it is not worth a look.
    func isExcessive(_ principal: String, address: String, at milliseconds: Int64) -> Bool {
        counts.withLock { counts in
            guard !counts.isEmpty else { return false }
            return Self.codesOfEndedCredentials.contains { code in
                counts[Key(principal: principal, address: address, minute: milliseconds / 60_000, code: code)] ?? 0 >= Self.limit
            }
        }
    }

    /// Refusals, and repeats of an answer, that the same credential meets again whatever it asks for.
    static let codesOfEndedCredentials: Set<String> = [
        "ticket_spent", "ticket_expired", "ticket_revoked", "ticket_older_than_suspension", "identity_suspended", "fork", "key_compromised",
        "certificate_revoked", "certificate_expired", "certificate_unknown", "token_invalid", "ticket_not_permitted", "repeated",
    ]

    /// One event for each peer or credential, minute and kind of refusal, for minutes that are over; all when `minute` is nil.
    func drain(before minute: Int64?) -> [AuditEvent] {
        let due = counts.withLock { counts in
            let due = counts.filter { key, _ in minute.map { key.minute < $0 } ?? true }
            for key in due.keys { counts[key] = nil }
            return due
        }
        return due.filter { $0.value > 0 }
            .sorted {
                ($0.key.minute, $0.key.principal ?? "", $0.key.address, $0.key.code) < (
                    $1.key.minute, $1.key.principal ?? "", $1.key.address, $1.key.code
                )
            }
            .map { key, count in
                AuditEvent(
                    timestamp: key.minute * 60_000, principal: key.principal ?? "anonymous", action: .authenticate, resource: key.code,
                    result: .refused, ipAddress: key.address, userAgent: "", details: ["attempts": "\(count)", "period": "1m"])
            }
    }
}
