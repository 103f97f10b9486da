import Glibc

/// What a test makes of files that Foundation cannot make; false when the system does not let it.
package enum SystemFile {
    /// A named pipe.
    package static func makePipe(_ path: String) -> Bool { unsafe mkfifo(path, 0o600) == 0 }

    /// A device with the numbers of the one that swallows everything; only root may.
    package static func makeNullDevice(_ path: String) -> Bool { unsafe mknod(path, S_IFCHR | 0o600, dev_t(1 << 8 | 3)) == 0 }

    /// Gives a file, or a link itself, away; only root may.
    package static func give(_ path: String, to user: UInt32, group: UInt32) -> Bool { unsafe lchown(path, user, group) == 0 }

    package static func setMode(_ path: String, _ mode: UInt32) -> Bool { unsafe chmod(path, mode) == 0 }

    /// Type and permission bits of what has that name, owner and group; nil when nothing has.
    package static func status(_ path: String) -> (type: UInt32, mode: UInt32, owner: UInt32, group: UInt32)? {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return nil }
        return (status.st_mode & S_IFMT, status.st_mode & 0o7777, status.st_uid, status.st_gid)
    }

    package static var isRoot: Bool { geteuid() == 0 }
    package static let (link, pipe, device) = (UInt32(S_IFLNK), UInt32(S_IFIFO), UInt32(S_IFCHR))
}

/// The reading end of a named pipe, which does not wait for a writer.
package final class PipeReader {
    private let descriptor: Int32

    package init(_ path: String) { descriptor = unsafe open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC) }

    deinit { close(descriptor) }

    /// What came so far, at most 4096 octets.
    package func read() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
        return Array(bytes.prefix(max(0, count)))
    }
}
