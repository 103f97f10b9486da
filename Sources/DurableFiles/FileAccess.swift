package import Glibc

/// Who may change a file or directory; a link is followed.
package struct FileAccess: Sendable {
    /// Permission bits.
    package let mode: mode_t
    package let owner: uid_t
    /// On a file system that is mounted read-only: nobody changes it there.
    package let isReadOnly: Bool

    /// nil when nothing is there.
    package init?(of path: String) throws(FileFailure) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else {
            let failure = FileFailure(operation: "stat", path: path)
            guard failure.isAbsence else { throw failure }
            return nil
        }
        var system = statvfs()
        guard unsafe statvfs(path, &system) == 0 else { throw FileFailure(operation: "statvfs", path: path) }
        mode = status.st_mode & 0o7777
        owner = status.st_uid
        isReadOnly = system.f_flag & UInt(ST_RDONLY) != 0
    }

    /// Whether group or others may write to it.
    package var isOpenToOthers: Bool { !isReadOnly && mode & 0o022 != 0 }

    /// Whether it belongs to somebody else than root and the user of this process.
    package var isForeign: Bool { !isReadOnly && owner != 0 && owner != geteuid() }
}
