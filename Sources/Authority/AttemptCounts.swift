import Ledger
import PKI
import Synchronization

/// Counts repeated attempts by minute, so that neither outsiders nor an ended credential can fill the audit log.
///
/// A peer without a credential is counted by its address. A credential that has ended (a spent ticket, a revoked certificate …), or that requests again
/// an answer it has got, is counted by its name; its first attempt in a minute is a row of its own.
final class AttemptCounts: Sendable {
    fileprivate struct Key: Hashable {
        /// nil: a peer without a credential of ours.
        var principal: String?
        var address: String
        let minute: Int64
        let kind: Kind
    }

    fileprivate enum Kind: Hashable {
        case refusal(code: String)
        /// An answer was sent again: its certificate's serial number; nil for several of them.
        case `repeat`(SerialNumber?)
    }

    /// Largest number of addresses counted apart in a minute; further ones share one row, since an IPv6 network has more than a disk can hold.
    private static let distinctAddresses = 100
    /// Largest number of credentials counted apart in a minute; further ones share one row for each code.
    private static let distinctCredentials = 1_000
    /// Refusals of a credential that has ended, from one address in a minute, after which it is refused unread until the next minute.
    static let limit = 60
    private let counts = Mutex<[Key: Int]>([:])

    /// Counts a refusal of a peer without a credential of ours.
    func count(address: String, code: String, at milliseconds: Int64) {
        counts.withLock { counts in
            var key = Key(principal: nil, address: address, minute: milliseconds / 60_000, kind: .refusal(code: code))
            if counts[key] == nil && counts.keys.count(where: { $0.principal == nil }) >= Self.distinctAddresses { key.address = "many" }
            counts[key, default: 0] += 1
        }
    }

    /// Counts a refusal of a credential that has ended.
    /// - Returns: true for the first of the minute, which is to be written as a row.
    func isFirst(of principal: String, address: String, code: String, at milliseconds: Int64) -> Bool {
        isFirst(Key(principal: principal, address: address, minute: milliseconds / 60_000, kind: .refusal(code: code)))
    }

    /// Counts an answer that is sent again, and returns true for the first of the minute. None is refused for its number: an answer may be lost again.
    /// - Parameter event: as it is written when this is the first of the minute.
    func isFirst(repeating serialNumber: SerialNumber, _ event: AuditEvent) -> Bool {
        isFirst(
            Key(principal: event.principal, address: event.ipAddress, minute: event.timestamp / 60_000, kind: .repeat(serialNumber)))
    }

    private func isFirst(_ key: Key) -> Bool {
        counts.withLock { counts in
            if let count = counts[key] {
                counts[key] = count + 1
                return false
            }
            guard counts.keys.count(where: { $0.principal != nil }) < Self.distinctCredentials else {
                let kind = if case .refusal = key.kind { key.kind } else { Kind.repeat(nil) }
                counts[Key(principal: "many", address: "many", minute: key.minute, kind: kind), default: 0] += 1
                return false
            }
            counts[key] = 0
            return true
        }
    }

    /// True when a credential was refused `limit` times from this address, in this minute and for one reason.
    func isExcessive(_ principal: String, address: String, at milliseconds: Int64) -> Bool {
        counts.withLock { counts in
            guard !counts.isEmpty else { return false }
            return Self.codesOfEndedCredentials.contains { code in
                let key = Key(principal: principal, address: address, minute: milliseconds / 60_000, kind: .refusal(code: code))
                return counts[key] ?? 0 >= Self.limit
            }
        }
    }

    /// Codes of refusals that depend on the credential only, not on the request.
    static let codesOfEndedCredentials: Set<String> = [
        "ticket_spent", "ticket_expired", "ticket_revoked", "ticket_older_than_suspension", "identity_suspended", "fork", "key_compromised",
        "certificate_revoked", "certificate_expired", "certificate_unknown", "token_invalid", "ticket_not_permitted",
    ]

    /// One event for each peer or credential, minute and kind of attempt, for minutes that are over; all when `minute` is nil.
    func drain(before minute: Int64?) -> [AuditEvent] {
        let due = counts.withLock { counts in
            let due = counts.filter { key, _ in minute.map { key.minute < $0 } ?? true }
            for key in due.keys { counts[key] = nil }
            return due
        }
        return due.filter { $0.value > 0 }.map { key, count in key.event(count) }
            .sorted { ($0.timestamp, $0.principal, $0.ipAddress, $0.resource) < ($1.timestamp, $1.principal, $1.ipAddress, $1.resource) }
    }
}

extension AttemptCounts.Key {
    fileprivate func event(_ count: Int) -> AuditEvent {
        var event = AuditEvent(
            timestamp: minute * 60_000, principal: principal ?? "anonymous", action: .authenticate, resource: "", result: .refused,
            ipAddress: address, userAgent: "", details: ["attempts": "\(count)", "period": "1m"])
        switch kind {
        case .refusal(let code): event.resource = code
        case .repeat(let serialNumber):
            event.result = .allowed
            event.resource = serialNumber?.description ?? "many"
            event.details["repeated"] = "true"
        }
        return event
    }
}
