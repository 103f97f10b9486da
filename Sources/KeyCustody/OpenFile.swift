import DurableFiles
import Glibc

/// A file opened for reading and closed with its owner's life: what is judged is what is read, whatever happens to the path meanwhile.
struct OpenFile: ~Copyable {
    private let descriptor: Int32
    private let path: String

    /// Opens for reading, following links. Never blocks on a pipe.
    init(reading path: String) throws(KeyCustodyError) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        let code = errno
        guard descriptor >= 0 else {
            throw code == ENOENT ? .fileMissing(path: path) : .unreadable(path: path, reason: Self.reason(code))
        }
        self.descriptor = descriptor
        self.path = path
    }

    deinit { close(descriptor) }

    /// Kind, and who may use it.
    func status() throws(KeyCustodyError) -> (isRegular: Bool, permissions: FilePermissions) {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw .unreadable(path: path, reason: Self.reason(errno)) }
        return (status.st_mode & S_IFMT == S_IFREG, FilePermissions(status))
    }

    /// Everything, unless it is more than `limit` octets.
    func read(limit: Int) throws(KeyCustodyError) -> [UInt8] {
        var content: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: min(limit, 65_536) + 1)
        while true {
            let count = unsafe Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .unreadable(path: path, reason: Self.reason(errno)) }
            if count == 0 { return content }
            content.append(contentsOf: buffer[..<count])
            guard content.count <= limit else { throw .fileTooLarge(path: path, limit: limit) }
        }
    }

    private static func reason(_ code: Int32) -> String { unsafe String(cString: strerror(code)) }
}
