package import PKI

/// Something a publisher tells about.
package enum PublisherEvent: Sendable, Equatable {
    /// The directory is locked; these lists were found in it.
    case started([ListStatus])
    /// A file in the directory is not what it should be; the next publication replaces it.
    case damaged(file: String, reason: String)
    /// Files were replaced.
    case published([ListStatus], files: [String])
    /// The source has nothing new. Told by `once` only.
    case unchanged([ListStatus])
    /// Nothing was published; told when the failure is new and after each hundred repetitions.
    case failed(PublishingFailure, times: Int)
    /// The source is healthy again.
    case recovered
    /// Half of a list's life is over and no newer one came.
    case ageing(ListStatus)
    /// Brokers refuse every client over this list.
    case expired(ListStatus)
    /// The CA tells of a recovery from a backup, since when its audit log goes on from an earlier row. The rows seen before stay in `audit-heads`.
    case auditLogRecovered(held: Int64, now: Int64)
    case reloaded
    /// - Parameter retry: the pause until the next try; nil when there is none.
    case reloadFailed(ReloadFailure, retry: Duration?)

    /// A closed set, for machines.
    var name: String {
        switch self {
        case .started: "started"
        case .damaged: "damaged"
        case .published: "published"
        case .unchanged: "unchanged"
        case .failed: "failed"
        case .recovered: "recovered"
        case .ageing: "ageing"
        case .expired: "expired"
        case .auditLogRecovered: "audit_log_recovered"
        case .reloaded: "reloaded"
        case .reloadFailed: "reload_failed"
        }
    }

    /// Whether somebody should look.
    var isTrouble: Bool {
        switch self {
        case .damaged, .failed, .ageing, .expired, .auditLogRecovered, .reloadFailed: true
        case .started, .published, .unchanged, .recovered, .reloaded: false
        }
    }
}

/// What a publisher has done since it started.
package struct PublisherTotals: Sendable, Equatable, Encodable {
    package var checks = 0
    package var publications = 0
    /// Failures by kind: `unreachable`, `invalid`, `regression`, `local`.
    package var failures: [String: Int] = [:]
    package var reloads = 0
    package var reloadFailures = 0

    enum CodingKeys: String, CodingKey {
        case checks, publications, failures, reloads
        case reloadFailures = "reload_failures"
    }
}

/// A published list, as status lines show it.
package struct ListStatus: Sendable, Equatable, Encodable {
    package let issuer: String
    package let number: Int64
    package let entries: Int
    package let thisUpdate: UnixTime
    package let nextUpdate: UnixTime

    enum CodingKeys: String, CodingKey {
        case issuer, entries
        case number = "crl_number"
        case thisUpdate = "this_update"
        case nextUpdate = "next_update"
    }

    init(_ list: AuthenticList) {
        issuer = list.name.description
        number = list.number
        entries = list.list.entryCount
        thisUpdate = list.list.thisUpdate
        nextUpdate = list.nextUpdate
    }
}

/// Decides which failures are worth a line: one that was not there at the last look, and every hundredth repetition.
struct RepeatedFailure: Sendable {
    private var last: [(failure: PublishingFailure, times: Int)] = []
    /// Whether the last look was the first one without a failure.
    private(set) var hasJustRecovered = false

    /// - Parameter failures: of one look at the source.
    /// - Returns: those that are worth a line, and how often each has occurred in a row.
    mutating func note(_ failures: [PublishingFailure]) -> [(PublishingFailure, Int)] {
        hasJustRecovered = failures.isEmpty && !last.isEmpty
        last = failures.map { failure in (failure, (last.first { $0.failure == failure }?.times ?? 0) + 1) }
        return last.filter { $0.times % 100 == 1 }
    }
}

/// Tells once when a published list has half its life behind it, and once when it has run out: something keeps newer ones away.
struct AgeWatch: Sendable {
    private enum Age: Sendable {
        case fresh
        case ageing
        case expired
    }

    private var ages: [String: Age] = [:]

    /// What is new since the last call.
    ///
    mutating func events(for lists: [ListStatus], at now: UnixTime) -> [PublisherEvent] {
        var events: [PublisherEvent] = []
        for list in lists {
            let age = Self.age(of: list, at: now)
            guard ages.updateValue(age, forKey: list.issuer) != age else { continue }
            switch age {
            case .fresh: break
            case .ageing: events.append(.ageing(list))
            case .expired: events.append(.expired(list))
            }
        }
        return events
    }

    private static func age(of list: ListStatus, at now: UnixTime) -> Age {
        if now >= list.nextUpdate { return .expired }
        return now - list.thisUpdate >= (list.nextUpdate - list.thisUpdate) / 2 ? .ageing : .fresh
    }
}
