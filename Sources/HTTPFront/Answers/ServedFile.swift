import Glibc
package import HummingbirdCore
package import NIOCore
import NIOPosix

/// A file that is open for answering. Its octets are read as the peer takes them, so that an answer costs a piece of memory however large the
/// file is; whatever takes its name meanwhile, the answer stays one version.
package final class ServedFile: Sendable {
    private let descriptor: Int32
    /// Octets it had when it was opened.
    package let size: Int

    /// Octets that are read at once.
    private static let piece = 1 << 17

    /// Takes a descriptor over, and closes it when nobody answers from it any more.
    package init(taking descriptor: Int32, size: Int) {
        self.descriptor = descriptor
        self.size = size
    }

    /// Opens a regular file; nil if there is none that can be read.
    package convenience init?(path: String) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return nil }
        var status = stat()
        let isRegular = unsafe fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        self.init(taking: descriptor, size: Int(status.st_size))
        guard isRegular else { return nil }
    }

    deinit { close(descriptor) }

    /// The file as it is.
    package var body: ResponseBody {
        ResponseBody(contentLength: size) { [self] writer in
            try await eachPiece { piece in try await writer.write(piece) }
            try await writer.finish(nil)
        }
    }

    /// Gives `body` the file in pieces; the next one is read when it returns.
    @concurrent package func eachPiece(_ body: @concurrent (ByteBuffer) async throws -> Void) async throws {
        var offset = 0
        while offset < size {
            let (start, count) = (offset, min(Self.piece, size - offset))
            // Away from the threads that serve requests: the disk may have to be waited for.
            let piece = try await NIOThreadPool.singleton.runIfActive { [self] in try read(count, at: start) }
            try await body(piece)
            offset += piece.readableBytes
        }
    }

    private func read(_ count: Int, at offset: Int) throws -> ByteBuffer {
        var piece = ByteBuffer()
        while piece.readableBytes == 0 {
            var failure: Int32 = 0
            unsafe piece.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { space in
                let number = unsafe pread(descriptor, space.baseAddress, count, off_t(offset))
                if number < 0 { failure = errno }
                return max(number, 0)
            }
            // A file that was cut off in place: the connection is closed, and the peer knows that its answer is not whole.
            if piece.readableBytes == 0, failure != EINTR { throw CutOff() }
        }
        return piece
    }

    private struct CutOff: Error {}
}
