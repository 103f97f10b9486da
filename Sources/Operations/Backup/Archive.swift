import DurableFiles
import KeyCustody

/// Files one after the other inside a sealed stream: length of the name in two octets, the name, length of the content in eight, the content;
/// a name without length is the end. Lengths are big-endian.
struct ArchiveWriter {
    let stream: StreamSealer
    private static let piece = 1 << 20

    /// Adds a file's octets.
    func add(_ file: BackupFile, _ octets: [UInt8]) throws(SealedStreamFault) {
        try stream.append(Self.head(file, size: UInt64(octets.count)) + octets)
    }

    /// Adds a file as it is when it is opened.
    /// - Parameter progress: told the octets read so far and in all.
    func add(_ file: BackupFile, from path: String, progress: (_ done: Int64, _ all: Int64) -> Void = { _, _ in }) throws(SealedStreamFault)
    {
        do throws(FileFailure) {
            let input = try InputFile(path)
            try append(Self.head(file, size: UInt64(input.size)))
            var left = input.size
            while left > 0 {
                let octets = try input.read(Int(min(left, Int64(Self.piece))))
                guard !octets.isEmpty else { throw FileFailure(changed: path) }
                try append(octets)
                left -= Int64(octets.count)
                progress(input.size - left, input.size)
            }
        } catch { throw .file(error) }
    }

    /// Marks the end, and puts the backup in its place.
    func finish() throws(SealedStreamFault) {
        try stream.append([0, 0])
        try stream.finish()
    }

    private func append(_ octets: [UInt8]) throws(FileFailure) {
        do { try stream.append(octets) } catch {
            guard case .file(let failure) = error else { throw FileFailure(changed: "the backup") }
            throw failure
        }
    }

    private static func head(_ file: BackupFile, size: UInt64) -> [UInt8] {
        let name = Array(file.name.utf8)
        let length = stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: size >> UInt64($0)) }
        return [UInt8(name.count >> 8), UInt8(name.count & 0xFF)] + name + length
    }
}

/// Reads what `ArchiveWriter` wrote. Every name is one that a backup may hold, and comes once.
struct ArchiveReader {
    let stream: StreamOpener
    private var seen: Set<String> = []
    private static let piece = 1 << 20

    init(_ stream: StreamOpener) { self.stream = stream }

    /// The next file and its size; nil at the end, which is then known to be the stream's own.
    mutating func next() throws -> (file: BackupFile, size: UInt64)? {
        let length = try exactly(2)
        let count = Int(length[0]) << 8 | Int(length[1])
        guard count > 0 else {
            guard try stream.read(1).isEmpty else { throw Self.malformed("it goes on after its last file") }
            return nil
        }
        let name = String(decoding: try exactly(count), as: UTF8.self)
        guard let file = BackupFile(name) else { throw Self.malformed("it holds a file '\(name.prefix(80))'") }
        guard seen.insert(name).inserted else { throw Self.malformed("it holds \(name) twice") }
        return (file, try exactly(8).reduce(0) { $0 << 8 | UInt64($1) })
    }

    /// The content of the file that `next` named.
    func content(size: UInt64, limit: UInt64) throws -> [UInt8] {
        guard size <= limit else { throw Self.malformed("its manifest is too long") }
        return try exactly(Int(size))
    }

    /// Writes the content of the file that `next` named.
    func copy(size: UInt64, to file: FileReplacement) throws {
        var left = size
        while left > 0 {
            let octets = try exactly(Int(min(left, UInt64(Self.piece))))
            try file.append(octets)
            left -= UInt64(octets.count)
        }
    }

    private func exactly(_ count: Int) throws -> [UInt8] {
        let octets = try stream.read(count)
        guard octets.count == count else { throw Self.malformed("it ends within a file") }
        return octets
    }

    private static func malformed(_ what: String) -> OperatorError {
        OperatorError(summary: "the backup is not one that ca-server made: \(what)", remedy: "use a file that ca-server backup wrote")
    }
}
