import Glibc

/// Where octets go that are written to a path: symbolic links followed, and what is there looked at first.
///
/// A link is followed only when it is ours or root's: in a directory that others may write to, theirs could lead anywhere.
package struct FileDestination: Sendable, Equatable {
    /// What is there.
    package enum Kind: Sendable, Equatable {
        case vacant
        case file(FilePermissions)
        /// A device, pipe or socket: octets go into it as they come.
        case stream
        /// An open descriptor of this process, such as `/dev/stdout` leads to.
        case descriptor(Int32)
    }

    /// At the end of the links.
    package let path: String
    package let kind: Kind

    /// - Throws: for a directory, another user's link, a loop, and what cannot be looked at.
    package init(_ path: String) throws(FileFailure) {
        var target = path
        for _ in 0..<40 {
            var status = stat()
            guard unsafe lstat(target, &status) == 0 else {
                let failure = FileFailure(operation: "write", path: target)
                guard failure.isAbsence else { throw failure }
                (self.path, kind) = (target, .vacant)
                return
            }
            switch status.st_mode & S_IFMT {
            case S_IFREG:
                (self.path, kind) = (target, .file(FilePermissions(status)))
                return
            case S_IFDIR: throw FileFailure(path: target, refusal: .directory)
            case S_IFLNK:
                if let descriptor = Self.openDescriptor(target) {
                    (self.path, kind) = (target, .descriptor(descriptor))
                    return
                }
                guard FilePermissions(status).isOwn else { throw FileFailure(path: target, refusal: .foreignLink(owner: status.st_uid)) }
                target = try Self.next(target)
            default:
                (self.path, kind) = (target, .stream)
                return
            }
        }
        errno = ELOOP
        throw FileFailure(operation: "write", path: path)
    }

    /// Of the file that is there.
    package var permissions: FilePermissions? { if case .file(let permissions) = kind { permissions } else { nil } }

    /// Whether what is written appears on this program's standard output, so that nothing else may be printed there.
    package var isStandardOutput: Bool {
        guard !isFile else { return false }
        var (here, output) = (stat(), stat())
        let isKnown = unsafe stat(path, &here) == 0 && fstat(StandardStream.output.rawValue, &output) == 0
        return isKnown && (here.st_dev, here.st_ino) == (output.st_dev, output.st_ino)
    }

    /// Nothing or a file is there.
    package var isFile: Bool {
        switch kind {
        case .vacant, .file: true
        case .stream, .descriptor: false
        }
    }

    /// Refuses a device, pipe or socket: for what must be a file.
    package func requireFile() throws(FileFailure) {
        guard isFile else { throw FileFailure(path: path, refusal: .special) }
    }

    /// A secret that replaces somebody else's file gets its owner, so that file must not be one that its owner put there.
    func refusePlanted(asked: mode_t) throws(FileFailure) {
        guard asked & 0o004 == 0, let permissions, !permissions.isOwn else { return }
        guard let directory = FilePermissions(of: DurableFile.directory(of: path)), directory.isOwn, directory.mode & 0o022 == 0 else {
            throw FileFailure(path: path, refusal: .foreign(owner: permissions.owner))
        }
    }

    /// Opens what takes octets as they come; nil for a file.
    func openStream() throws(FileFailure) -> Int32? {
        switch kind {
        case .vacant, .file: return nil
        case .descriptor(let number):
            let copy = fcntl(number, F_DUPFD_CLOEXEC, 3)
            guard copy >= 0 else { throw FileFailure(operation: "open", path: path) }
            return copy
        case .stream:
            // A pipe without a reader would make us wait for one; its reader's end is an error, not our end.
            _ = signal(SIGPIPE, SIG_IGN)
            let descriptor = unsafe open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW)
            guard descriptor >= 0 else {
                guard errno != ENXIO else { throw FileFailure(path: path, refusal: .noReader) }
                throw FileFailure(operation: "open", path: path)
            }
            _ = fcntl(descriptor, F_SETFL, 0)
            return descriptor
        }
    }

    /// True when a path names an open descriptor of this process, which somebody handed over as it is.
    package static func isHandedOver(_ path: String) -> Bool {
        do {
            if case .descriptor = try FileDestination(path).kind { return true }
        } catch {}
        return false
    }

    /// The number in `/proc/self/fd/1` and `/dev/fd/1`: such a link names an open file, which need not have a path.
    private static func openDescriptor(_ path: String) -> Int32? {
        for folder in ["/proc/self/fd/", "/dev/fd/"] where path.hasPrefix(folder) { return Int32(path.dropFirst(folder.count)) }
        return nil
    }

    private static func next(_ link: String) throws(FileFailure) -> String {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = unsafe buffer.withUnsafeMutableBytes { bytes in
            guard let start = bytes.baseAddress else { return -1 }
            return unsafe readlink(link, start.assumingMemoryBound(to: CChar.self), bytes.count)
        }
        guard count > 0 else { throw FileFailure(operation: "open", path: link) }
        let text = String(decoding: buffer[..<count], as: UTF8.self)
        return text.hasPrefix("/") ? text : DurableFile.directory(of: link) + "/" + text
    }
}
