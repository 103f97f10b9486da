import Glibc
import PKI

/// What tells one version of a file from another without reading it: a file replaced by rename has another inode.
struct FileStamp: Hashable, Sendable {
    let inode: UInt64
    let size: Int
    let modifiedSeconds: Int
    let modifiedNanoseconds: Int

    /// Of the regular file at a path; nil if there is none.
    init?(path: String) throws(UnreadableFile) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw UnreadableFile(path: path, code: errno)
        }
        guard status.st_mode & S_IFMT == S_IFREG else { return nil }
        self.init(status)
    }

    init(descriptor: Int32, path: String) throws(UnreadableFile) {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw UnreadableFile(path: path, code: errno) }
        self.init(status)
    }

    private init(_ status: stat) {
        inode = UInt64(status.st_ino)
        size = Int(status.st_size)
        modifiedSeconds = status.st_mtim.tv_sec
        modifiedNanoseconds = status.st_mtim.tv_nsec
    }
}

/// A published file that is there and cannot be read.
struct UnreadableFile: Explained, Hashable, Sendable {
    let path: String
    /// `errno`.
    let code: Int32

    var summary: String { "cannot read \(path): error \(code)" }
    var remedy: String { "let the server's user read the published directory" }
}
