import Glibc

/// The system's bound on a process's open files (`ulimit -n`, `LimitNOFILE=`): each connection is one.
package enum OpenFileLimit {
    /// Kept for everything that is no connection: the ledger, its readers, published files, event loops.
    private static let reserve = 256

    /// Raises the soft bound as far as is needed and the hard one allows.
    /// - Parameters:
    ///   - wanted: connections that each listener may have.
    ///   - listeners: how many there are.
    /// - Returns: connections that each listener can have, at most `wanted`.
    package static func connections(wanted: Int, listeners: Int) -> Int {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return wanted }
        let needed = rlim_t(wanted * listeners + reserve)
        if limit.rlim_cur < needed, limit.rlim_cur < limit.rlim_max {
            limit.rlim_cur = min(needed, limit.rlim_max)
            guard unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return wanted }
        }
        return connections(wanted: wanted, listeners: listeners, files: Int(clamping: limit.rlim_cur))
    }

    /// The same for a known bound of open files.
    static func connections(wanted: Int, listeners: Int, files: Int) -> Int {
        max(1, min(wanted, (files - reserve) / listeners))
    }
}
