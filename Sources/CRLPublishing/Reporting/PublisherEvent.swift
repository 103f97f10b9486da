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
