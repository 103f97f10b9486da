import Glibc

/// How long a pipe's reader waits: nothing that is named in the place of a file holds up a program for ever.
package struct PipePatience: Sendable {
    /// For somebody to write to it.
    var writer: Duration = .seconds(5)
    /// For the next octets of who does: a person may be typing them.
    var silence: Duration = .seconds(60)

    /// As long as programs wait.
    package init() {}

    init(writer: Duration, silence: Duration) { (self.writer, self.silence) = (writer, silence) }
}

extension DurableFile {
    /// All bytes of a file, at most `limit`. A pipe is read to its end, such as a shell's `<(…)`, while something comes within `patience`.
    package static func read(
        _ path: String, limit: Int = 256 << 20, patience: PipePatience = PipePatience()
    ) throws(FileFailure) -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw FileFailure(operation: "open", path: path) }
        defer { close(descriptor) }
        return try readAll(descriptor, path: path, limit: limit, patience: patience)
    }

    /// - Parameter descriptor: opened without waiting (`O_NONBLOCK`).
    static func readAll(
        _ descriptor: Int32, path: String, limit: Int, patience: PipePatience = PipePatience()
    ) throws(FileFailure) -> [UInt8] {
        var bytes: [UInt8] = []
        var hasWriter = false
        var status = stat()
        // In one piece: a list of a million entries must not be moved while it is read.
        if unsafe fstat(descriptor, &status) == 0 { bytes.reserveCapacity(min(max(0, Int(status.st_size)), limit)) }
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            if count < 0 && errno == EAGAIN {
                try waitForOctets(descriptor, for: patience.silence, or: FileFailure(path: path, refusal: .silent(patience.silence)))
                continue
            }
            guard count >= 0 else { throw FileFailure(operation: "read", path: path) }
            if count == 0, bytes.isEmpty, !hasWriter, status.st_mode & S_IFMT == S_IFIFO {
                // Its writer is still to come, or has gone without a word.
                try waitForOctets(descriptor, for: patience.writer, or: FileFailure(path: path, refusal: .noWriter))
                hasWriter = true
                continue
            }
            if count == 0 { return bytes }
            guard bytes.count + count <= limit else {
                errno = EFBIG
                throw FileFailure(operation: "read", path: path)
            }
            bytes.append(contentsOf: chunk[..<count])
        }
    }

    /// Waits until something can be read, or a pipe's writers have gone.
    private static func waitForOctets(_ descriptor: Int32, for limit: Duration, or failure: FileFailure) throws(FileFailure) {
        let end = ContinuousClock.now + limit
        while true {
            let left = max(.zero, end - .now) / .milliseconds(1)
            var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let count = unsafe poll(&polled, 1, Int32(left.rounded(.up)))
            if count > 0 { return }
            if count == 0 { throw failure }
            guard errno == EINTR else { throw FileFailure(operation: "read", path: failure.path) }
        }
    }

    /// False when nothing exists at `path`. What cannot be looked at may be there, so it counts as there: using it then says why it cannot be.
    package static func exists(_ path: String) -> Bool {
        unsafe access(path, F_OK) == 0 || (errno != ENOENT && errno != ENOTDIR)
    }

    /// Gives a file or directory exactly these permission bits.
    package static func setMode(of path: String, _ mode: UInt32) throws(FileFailure) {
        guard unsafe chmod(path, mode) == 0 else { throw FileFailure(operation: "chmod", path: path) }
    }

    /// Makes a directory with exactly `mode`; an existing directory is kept as it is.
    package static func makeDirectory(_ path: String, mode: UInt32) throws(FileFailure) {
        if unsafe mkdir(path, mode) == 0 {
            try setMode(of: path, mode)
        } else if errno != EEXIST {
            throw FileFailure(operation: "mkdir", path: path)
        }
    }
}

extension DurableFile {
    /// Makes a directory, or makes sure that what is there is one itself and no link to one.
    package static func makeOwnDirectory(_ path: String, mode: UInt32) throws(FileFailure) {
        try makeDirectory(path, mode: mode)
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { throw FileFailure(operation: "stat", path: path) }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            errno = ENOTDIR
            throw FileFailure(operation: "open", path: path)
        }
    }

    /// Removes a file, durably; one that is not there is no failure.
    package static func remove(_ path: String) throws(FileFailure) {
        guard unsafe unlink(path) == 0 || errno == ENOENT else { throw FileFailure(operation: "remove", path: path) }
        try synchronizeDirectory(of: path)
    }
}

/// A regular file that is read piece by piece, and closed with its owner's life.
package final class InputFile {
    package let path: String
    /// Octets it had when it was opened.
    package let size: Int64
    private let descriptor: Int32

    /// Opens for reading, following links; never waits for a pipe.
    package init(_ path: String) throws(FileFailure) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw FileFailure(operation: "open", path: path) }
        var status = stat()
        let isRegular = unsafe fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        self.path = path
        self.descriptor = descriptor
        size = Int64(status.st_size)
        guard isRegular else {
            errno = EINVAL
            throw FileFailure(operation: "read", path: path)
        }
    }

    deinit { close(descriptor) }

    /// The next `count` octets; fewer only at the end of the file.
    package func read(_ count: Int) throws(FileFailure) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let number = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe Glibc.read(descriptor, buffer.baseAddress?.advanced(by: filled), count - filled)
            }
            if number < 0 && errno == EINTR { continue }
            guard number >= 0 else { throw FileFailure(operation: "read", path: path) }
            if number == 0 { break }
            filled += number
        }
        if filled < count { bytes.removeLast(count - filled) }
        return bytes
    }
}
