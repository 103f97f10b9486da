package import Glibc

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
