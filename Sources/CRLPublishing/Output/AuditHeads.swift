import APISchema
import Crypto
import DurableFiles
import Foundation
import Glibc
import PKI

/// `audit-heads` in the output directory: heads of the CA's audit chain that this publisher saw, a line each: the time of the last recovery (0: none), the
/// row number, its hash. The file only grows, at most by a line of some 90 octets a minute; `ca-server verify --published` compares it with the log.
extension OutputDirectory {
    static let auditHeads = "audit-heads"

    /// Adds a head; durable when it returns.
    func append(_ head: PublishedAuditHead) throws(PublishingFailure) {
        let file = path + "/" + Self.auditHeads
        let descriptor = unsafe Glibc.open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { throw .output(FileFailure(operation: "open", path: file)) }
        defer { close(descriptor) }
        // A line that a crash cut short is ended first: it counts for nothing.
        let line = Array("\(try endsInsideALine() ? "\n" : "")\(head.recoveredAt ?? 0) \(head.id) \(head.hash)\n".utf8)
        guard unsafe Glibc.write(descriptor, line, line.count) == line.count else {
            throw .output(FileFailure(operation: "write", path: file))
        }
        guard fdatasync(descriptor) == 0 else { throw .output(FileFailure(operation: "fdatasync", path: file)) }
    }

    /// The newest head of the file; nil when there is none.
    func newestAuditHead() throws(PublishingFailure) -> PublishedAuditHead? {
        guard let tail = try tail() else { return nil }
        return tail.split(separator: UInt8(ascii: "\n")).reversed().lazy.compactMap { Self.auditHead(line: $0) }.first
    }

    /// Renames the file when the directory was another CA's: its rows are not this one's.
    func setAsideAuditHeads(ofAnotherRootThan anchor: TrustAnchor) throws(PublishingFailure) {
        guard DurableFile.exists(path + "/" + Self.auditHeads), let root = try content("root.pem"),
            // A file that is no certificate names no other CA.
            let other = try? CertificateDocument(pem: String(decoding: root, as: UTF8.self)), other != anchor.certificate
        else { return }
        let aside = "\(path)/\(Self.auditHeads).\(hexadecimal(SHA256.hash(data: other.der)).prefix(16))"
        guard unsafe rename(path + "/" + Self.auditHeads, aside) == 0 else { throw .output(FileFailure(operation: "rename", path: aside)) }
    }

    private static func auditHead(line: ArraySlice<UInt8>) -> PublishedAuditHead? {
        let fields = String(decoding: line, as: UTF8.self).split(separator: " ")
        guard fields.count == 3, let recoveredAt = Int64(fields[0]), let id = Int64(fields[1]), fields[2].utf8.count == 64 else {
            return nil
        }
        return PublishedAuditHead(id: id, hash: String(fields[2]), recoveredAt: recoveredAt == 0 ? nil : recoveredAt)
    }

    private func endsInsideALine() throws(PublishingFailure) -> Bool {
        guard let last = try tail()?.last else { return false }
        return last != UInt8(ascii: "\n")
    }

    /// The last octets of the file, some lines of it; nil when there is no file.
    private func tail() throws(PublishingFailure) -> [UInt8]? {
        let file = path + "/" + Self.auditHeads
        guard DurableFile.exists(file) else { return nil }
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: file))
            let end = try handle.seekToEnd()
            try handle.seek(toOffset: end - min(end, 1_024))
            return Array(try handle.readToEnd() ?? Data())
        } catch {
            throw .output(FileFailure(operation: "read", path: file))
        }
    }
}

extension PublishedAuditHead {
    /// Whether the issuer that the head names signed it.
    func isVouched(by lists: [AuthenticList]) -> Bool {
        lists.contains { $0.isNamed && $0.name.description == issuer && $0.issuer.hasSigned(statement, signature) }
    }

    /// Throws when the head may not follow the one that is held: row numbers only rise, but for a recovery that the server tells of, and a row that was
    /// seen keeps its hash.
    ///
    /// - Parameter lists: of the issuers that may have signed it.
    func check(after held: PublishedAuditHead?, lists: [AuthenticList]) throws(AuditHeadFault) {
        guard id >= 0, recoveredAt ?? 0 >= 0, octets(hexadecimal: hash)?.count == 32 else { throw .malformed(id: id) }
        guard isVouched(by: lists) else { throw .notSigned }
        guard let held else { return }
        let (epoch, heldEpoch) = (recoveredAt ?? 0, held.recoveredAt ?? 0)
        guard epoch >= heldEpoch, epoch > heldEpoch || id >= held.id else { throw .wentBack(id: id, held: held.id) }
        guard epoch > heldEpoch || id > held.id || hash == held.hash else { throw .changed(id: id) }
    }

    /// Whether both are the same row of the same chain, whoever signed them.
    func isSameRow(as other: PublishedAuditHead?) -> Bool { statement == other?.statement }
}
