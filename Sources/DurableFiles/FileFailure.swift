import Glibc

/// A system call on a file that failed.
package struct FileFailure: Error, Sendable, Equatable {
    /// The call, such as `rename`.
    package let operation: String
    package let path: String
    /// The system's error number.
    package let number: Int32

    /// Takes the error number of the call that has just failed.
    package init(operation: String, path: String) {
        self.operation = operation
        self.path = path
        self.number = errno
    }

    /// A file that is not what it was a moment ago.
    package init(changed path: String) {
        operation = "read"
        self.path = path
        number = ESTALE
    }

    /// What failed, where and why.
    package var summary: String { unsafe "\(operation) \(path): \(String(cString: strerror(number)))" }

    /// What to do about it.
    package var remedy: String {
        switch number {
        case ENOSPC, EDQUOT: "free some disk space"
        case EROFS: "the file system is mounted read-only: mount it for writing, or use another place"
        case EACCES, EPERM: "check the owner and permissions of the file and its directory"
        case ENOENT: "check the path"
        case EEXIST: "move the existing file away"
        default: "check the disk and the path"
        }
    }
}

extension FileFailure: CustomStringConvertible {
    package var description: String { "\(summary) · remedy: \(remedy)" }
}
