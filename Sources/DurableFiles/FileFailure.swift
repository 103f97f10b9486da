import Glibc
import PKI

/// A system call on a file that failed.
package struct FileFailure: Explained, Sendable, Equatable {
    /// The call, such as `rename`.
    package let operation: String
    package let path: String
    /// The system's error number.
    package let number: Int32
    /// Why this program itself would not do it.
    package let refusal: FileRefusal?

    /// Takes the error number of the call that has just failed.
    package init(operation: String, path: String) {
        self.operation = operation
        self.path = path
        self.number = errno
        refusal = nil
    }

    /// Something that this program will not do to a file.
    init(path: String, refusal: FileRefusal) {
        operation = "write"
        self.path = path
        number = EPERM
        self.refusal = refusal
    }

    /// A file that is not what it was a moment ago.
    package init(changed path: String) {
        operation = "read"
        self.path = path
        number = ESTALE
        refusal = nil
    }

    /// What failed, where and why.
    package var summary: String {
        if let refusal { return refusal.summary(path) }
        return unsafe "cannot \(Self.words[operation] ?? operation) \(path): \(String(cString: strerror(number)))"
    }

    /// What to do about it.
    package var remedy: String {
        if let refusal { return refusal.remedy }
        switch number {
        case ENOSPC, EDQUOT: return "free some disk space"
        case EROFS: return "the file system is mounted read-only: mount it for writing, or use another place"
        case EACCES, EPERM: return "check the owner and permissions of the file and its directory"
        case ENOENT where operation != "open" && operation != "list":
            return "make the directory \(DurableFile.directory(of: path)) first, or correct the path"
        case ENOENT: return "check the path"
        case ENOTDIR: return "a part of the path is a file: correct the path"
        case EISDIR: return "it is a directory: name a file"
        case EEXIST: return "move the existing file away"
        case EFBIG where operation != "read": return "raise the limit on the size of files (ulimit -f, LimitFSIZE=)"
        case EPIPE: return "see why the reader of the pipe ended"
        default: return "check the disk and the path"
        }
    }

    /// System calls in plain words.
    private static let words = [
        "mkdir": "make the directory", "fsync": "flush", "fdatasync": "flush", "rename": "replace", "link": "create", "unlink": "remove",
        "rmdir": "remove", "stat": "look at", "statvfs": "look at", "flock": "lock", "chmod": "set the permissions of",
    ]
}
