import Ledger
import Synchronization

/// Counts refusals of peers without a credential, by address and minute: outsiders must not be able to fill the audit log.
final class AnonymousRefusals: Sendable {
    private struct Key: Hashable {
        let address: String
        let minute: Int64
        let code: String
    }

    /// Addresses counted apart in a minute; beyond that they share one line: an IPv6 network has more than any disk has rows.
    private static let distinctAddresses = 100
    private let counts = Mutex<[Key: Int]>([:])

    func count(address: String, code: String, at milliseconds: Int64) {
        counts.withLock { counts in
            let key = Key(address: address, minute: milliseconds / 60_000, code: code)
            if counts[key] == nil && counts.count >= Self.distinctAddresses {
                counts[Key(address: "many", minute: key.minute, code: code), default: 0] += 1
            } else {
                counts[key, default: 0] += 1
            }
        }
    }

    /// One event for each address, minute and kind of refusal, for minutes that are over; all when `minute` is nil.
    func drain(before minute: Int64?) -> [AuditEvent] {
        let due = counts.withLock { counts in
            let due = counts.filter { key, _ in minute.map { key.minute < $0 } ?? true }
            for key in due.keys { counts[key] = nil }
            return due
        }
        return due.sorted { ($0.key.minute, $0.key.address, $0.key.code) < ($1.key.minute, $1.key.address, $1.key.code) }
            .map { key, count in
                AuditEvent(
                    timestamp: key.minute * 60_000, principal: "anonymous", action: .authenticate, resource: key.code, result: .refused,
                    ipAddress: key.address, userAgent: "", details: ["attempts": "\(count)", "period": "1m"])
            }
    }
}
