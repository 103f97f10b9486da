import Crypto
import Glibc
import HTTPFront
import HummingbirdCore
import NIOCore
import PKI
import Synchronization

/// One version of a file with its validator, from a single look.
struct PublishedFile: Sendable {
    /// Where its octets are.
    enum Content: Sendable {
        case memory(ByteBuffer)
        /// Too large to be kept: read from disk for each answer.
        case disk(ServedFile)
    }

    let content: Content
    let entityTag: EntityTag
    let stamp: FileStamp

    var body: ResponseBody {
        switch content {
        case .memory(let octets): ResponseBody(byteBuffer: octets)
        case .disk(let file): file.body
        }
    }
}

/// The files below a published directory: small ones are kept in memory until they change on disk.
final class PublishedFiles: Sendable {
    private let directory: String
    private let keepLimit: Int
    private let known = Mutex<[String: PublishedFile]>([:])

    /// - Parameter keepLimit: octets of the largest file that is kept in memory.
    init(directory: String, keepLimit: Int = 1 << 18) {
        self.directory = directory
        self.keepLimit = keepLimit
    }

    /// The newest version of a file; nil if there is none. The name comes from `PublishedResource` alone.
    func file(named name: String) throws(UnreadableFile) -> PublishedFile? {
        let path = "\(directory)/\(name)"
        guard let stamp = try FileStamp(path: path) else {
            known.withLock { $0[name] = nil }
            return nil
        }
        if let file = known.withLock({ $0[name] }), file.stamp == stamp { return file }
        guard let file = try read(path) else { return nil }
        known.withLock { $0[name] = if case .memory = file.content { file } else { nil } }
        return file
    }

    private func read(_ path: String) throws(UnreadableFile) -> PublishedFile? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw UnreadableFile(path: path, code: errno)
        }
        let stamp: FileStamp
        do { stamp = try FileStamp(descriptor: descriptor, path: path) } catch {
            close(descriptor)
            throw error
        }
        guard stamp.size <= keepLimit else {
            // To digest it would cost more than to send it. A file is replaced by rename, so another version has another inode or time.
            let tag = EntityTag(opaque: "\(stamp.inode)-\(stamp.size)-\(stamp.modifiedSeconds).\(stamp.modifiedNanoseconds)")
            return PublishedFile(content: .disk(ServedFile(taking: descriptor, size: stamp.size)), entityTag: tag, stamp: stamp)
        }
        defer { close(descriptor) }
        return try Self.readWhole(descriptor, path: path)
    }

    /// Reads through one descriptor. A publisher replaces files by rename, so what is open does not change; should it be written to in place
    /// all the same, the stamps before and after differ and it is read again.
    private static func readWhole(_ descriptor: Int32, path: String) throws(UnreadableFile) -> PublishedFile {
        for _ in 0..<3 {
            let before = try FileStamp(descriptor: descriptor, path: path)
            let content = try readAll(descriptor, size: before.size, path: path)
            if try FileStamp(descriptor: descriptor, path: path) == before, content.readableBytes == before.size {
                let tag = EntityTag(opaque: hexadecimal(SHA256.hash(data: Array(content.readableBytesView))))
                return PublishedFile(content: .memory(content), entityTag: tag, stamp: before)
            }
        }
        throw UnreadableFile(path: path, code: EAGAIN)
    }

    private static func readAll(_ descriptor: Int32, size: Int, path: String) throws(UnreadableFile) -> ByteBuffer {
        var content = ByteBuffer()
        content.reserveCapacity(size)
        var failure: Int32 = 0
        while content.readableBytes < size, failure == 0 {
            let offset = off_t(content.readableBytes)
            let wanted = min(size - content.readableBytes, 1 << 24)
            let count = unsafe content.writeWithUnsafeMutableBytes(minimumWritableBytes: wanted) { space in
                let count = unsafe pread(descriptor, space.baseAddress, min(wanted, space.count), offset)
                if count < 0 { failure = errno }
                return max(count, 0)
            }
            if count == 0 { break }
        }
        guard failure == 0 else { throw UnreadableFile(path: path, code: failure) }
        return content
    }
}

/// Lower-case digits.
private func hexadecimal(_ digest: SHA256.Digest) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}

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
