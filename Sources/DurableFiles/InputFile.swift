import Glibc

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
