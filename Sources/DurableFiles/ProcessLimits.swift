import CProcess
import Glibc

/// What a process leaves of its memory.
package enum CoreDumps {
    /// Forbids a core file, and other processes of the same user to look into this one's memory: it holds keys and tokens. The bound of
    /// size alone would not do: a program that the kernel hands dumps to gets them whatever their size.
    package static func forbid() {
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        _ = cprocess_forbid_dumps()
    }
}

/// A limit on the size of files (`ulimit -f`, `LimitFSIZE=`).
package enum FileSizeLimit {
    /// Makes a write beyond the limit an error, like one on a full disk, where the system's default is to end the process.
    package static func isAnError() { _ = signal(SIGXFSZ, SIG_IGN) }
}
