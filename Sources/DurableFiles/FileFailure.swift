package import Glibc
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

/// Why a place is not written to, or not cleared, although the system might do it.
package enum FileRefusal: Sendable, Equatable {
    /// A directory where a file was to go.
    case directory
    /// A link or a file where a directory of ours was to be.
    case notADirectory
    /// A symbolic link that somebody else made.
    case foreignLink(owner: uid_t)
    /// Somebody else's file or directory.
    case foreign(owner: uid_t)
    /// A device, pipe or socket where only a file can be.
    case special
    /// A pipe that nobody reads.
    case noReader
    /// A pipe that nobody writes to.
    case noWriter
    /// A pipe or terminal from which nothing came for a while.
    case silent(Duration)
    /// The new file cannot get the owner and group of the one it would replace.
    case ownership(owner: uid_t, group: gid_t)

    func summary(_ path: String) -> String {
        switch self {
        case .directory: "\(path) is a directory, not a file"
        case .notADirectory: "\(path) is a link or a file, not a directory"
        case .foreignLink(let owner): "\(path) is a symbolic link that belongs to user \(owner)"
        case .foreign(let owner): "\(path) belongs to user \(owner), who could change it meanwhile"
        case .special: "\(path) is a device, pipe or socket, not a file"
        case .noReader: "nobody reads from the pipe \(path)"
        case .noWriter: "nobody writes to the pipe \(path)"
        case .silent(let time): "nothing came from \(path) for \(time.components.seconds) seconds"
        case .ownership(let owner, let group):
            "a new \(path) could not get the owner (user \(owner)) and group (\(group)) of the present one"
        }
    }

    var remedy: String {
        switch self {
        case .directory: "name a file, such as one in that directory"
        case .notADirectory: "look at where it leads, then remove it by hand"
        case .foreignLink: "name the place that it leads to, or make the link yourself"
        case .foreign: "run this as its owner, or give it to the user that runs this with chown"
        case .special: "name a file, or a path where there is nothing yet"
        case .noReader: "start the reader first"
        case .noWriter: "start the writer first, or name a file"
        case .silent: "see what its writer waits for, or name a file"
        case .ownership: "run this as the owner and as a member of the group, or give the present file to them with chown and chgrp"
        }
    }
}
