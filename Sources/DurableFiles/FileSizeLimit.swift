import Glibc

/// A limit on the size of files (`ulimit -f`, `LimitFSIZE=`).
package enum FileSizeLimit {
    /// Makes a write beyond the limit an error, like one on a full disk, where the system's default is to end the process.
    package static func isAnError() { _ = signal(SIGXFSZ, SIG_IGN) }
}
