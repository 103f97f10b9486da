package import Glibc

/// Who may use a file: permission bits, owner and group.
package struct FilePermissions: Sendable, Equatable {
    package let mode: mode_t
    package let owner: uid_t
    package let group: gid_t

    package init(_ status: stat) {
        mode = status.st_mode & 0o7777
        owner = status.st_uid
        group = status.st_gid
    }

    /// Of the file that a path leads to, links followed; nil when it cannot be looked at.
    package init?(of path: String) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    /// Nobody but the owner, root's group and the groups of this process can read it, and nobody but the owner can change it. Kubernetes mounts
    /// secrets as root's, readable for the pod's group, whatever mode is asked for.
    package var isClosed: Bool {
        guard mode & 0o037 == 0 else { return false }
        return mode & 0o040 == 0 || group == 0 || Self.ownGroups.contains(group)
    }

    /// Belongs to this process's user or to root.
    package var isOwn: Bool { owner == geteuid() || owner == 0 }

    /// Belongs to this process's user or to root, or its owner lets a group of this process read it: what only root's power opens was not meant
    /// for this process.
    package var isMeant: Bool { isOwn || mode & 0o040 != 0 && Self.ownGroups.contains(group) }

    /// The permission bits of a file that takes this one's place, where `asked` is what a new file would get. Write permission of others is
    /// never kept; of a secret that everybody could use, nothing is.
    func kept(asked: mode_t) -> mode_t {
        guard asked & 0o004 == 0 else { return mode & 0o755 | 0o400 }
        return mode & 0o007 == 0 ? mode & 0o740 | 0o400 : asked
    }

    /// Gives these to a file that nobody sees yet.
    /// - Throws: when owner or group cannot be kept and somebody would lose the file by that.
    func apply(to descriptor: Int32, path: String, asked: mode_t) throws(FileFailure) {
        var made = stat()
        guard unsafe fstat(descriptor, &made) == 0 else { throw FileFailure(operation: "stat", path: path) }
        let mode = kept(asked: asked)
        let isSame = made.st_uid == owner && made.st_gid == group
        if !isSame && fchown(descriptor, owner, group) != 0 {
            // What everybody may read goes on with the group alone, or without.
            guard mode & 0o004 != 0 else { throw FileFailure(path: path, refusal: .ownership(owner: owner, group: group)) }
            _ = fchown(descriptor, uid_t.max, group)
        }
        guard fchmod(descriptor, mode) == 0 else { throw FileFailure(operation: "chmod", path: path) }
    }

    private static var ownGroups: [gid_t] {
        var groups = [gid_t](repeating: 0, count: Int(max(0, getgroups(0, nil))))
        let count = unsafe getgroups(Int32(groups.count), &groups)
        return groups.prefix(Int(max(0, count))) + [getegid()]
    }
}

extension DurableFile {
    /// Whether a directory above the file, links followed, keeps everybody but its owner out, and that is this process's user or root.
    package static func isOutOfReach(_ path: String) -> Bool {
        guard let real = unsafe realpath(path, nil) else { return false }
        defer { unsafe free(real) }
        var place = unsafe String(cString: real)
        while place != "/" {
            place = directory(of: place)
            guard let permissions = FilePermissions(of: place) else { return false }
            if permissions.isOwn, permissions.mode & 0o011 == 0 { return true }
        }
        return false
    }

    /// Device, number, time and size of the file that a path leads to: something else when it was replaced. Empty when nothing is there.
    package static func stamp(of path: String) -> [Int64] {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return [] }
        return [
            Int64(truncatingIfNeeded: status.st_dev), Int64(truncatingIfNeeded: status.st_ino), Int64(status.st_mtim.tv_sec),
            Int64(status.st_mtim.tv_nsec), Int64(status.st_size),
        ]
    }
}

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

/// Which file it is, whatever its names are.
package struct FileIdentity: Hashable, Sendable {
    private let device: dev_t
    private let number: ino_t

    /// The file that has this name now; nil when it cannot be told.
    package init?(at path: String) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        (device, number) = (status.st_dev, status.st_ino)
    }

    init?(descriptor: Int32) {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { return nil }
        (device, number) = (status.st_dev, status.st_ino)
    }
}
