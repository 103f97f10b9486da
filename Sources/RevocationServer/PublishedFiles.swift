import Crypto
import HTTPFront
import NIOCore
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// One version of a file: its octets and their validator, from a single read.
struct PublishedFile: Sendable {
    let content: ByteBuffer
    /// Hexadecimal, of the content.
    let sha256: String
    let stamp: FileStamp

    var entityTag: EntityTag { EntityTag(opaque: sha256) }
}

/// The files below a published directory, kept in memory until they change on disk.
final class PublishedFiles: Sendable {
    private let directory: String
    private let known = Mutex<[String: PublishedFile]>([:])

    init(directory: String) {
        self.directory = directory
    }

    /// The newest version of a file; nil if there is none. The name comes from `PublishedResource` alone.
    func file(named name: String) throws(UnreadableFile) -> PublishedFile? {
        let path = "\(directory)/\(name)"
        guard let stamp = try FileStamp(path: path) else {
            known.withLock { $0[name] = nil }
            return nil
        }
        if let file = known.withLock({ $0[name] }), file.stamp == stamp { return file }
        guard let file = try Self.read(path) else { return nil }
        known.withLock { $0[name] = file }
        return file
    }

    /// Reads through one descriptor. A publisher replaces files by rename, so what is open does not change; should it be written to in place
    /// all the same, the stamps before and after differ and it is read again.
    private static func read(_ path: String) throws(UnreadableFile) -> PublishedFile? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw UnreadableFile(path: path, code: errno)
        }
        defer { close(descriptor) }
        for _ in 0..<3 {
            let before = try FileStamp(descriptor: descriptor, path: path)
            let content = try readAll(descriptor, size: before.size, path: path)
            if try FileStamp(descriptor: descriptor, path: path) == before, content.readableBytes == before.size {
                let digest = SHA256.hash(data: content.readableBytesView)
                return PublishedFile(content: content, sha256: hexadecimal(digest), stamp: before)
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
