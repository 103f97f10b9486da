import CRLPublishing
import Crypto
import Foundation
import PKI
import Synchronization
import TestKit

/// A CA, the source it publishes to, an output directory, and publishers between the two.
final class Bench: Sendable {
    /// 2026-01-01T00:00:00Z
    static let now = ThrowAwayCA.now
    static let day: Int64 = 86_400

    let authority: ThrowAwayCA
    let source = SourceTable()
    private let folder: TemporaryDirectory
    private let recorded = Mutex<[PublisherEvent]>([])
    private let reloadAnswers = Mutex<[ReloadFailure?]>([])
    private let reloadRuns = Mutex(0)
    private let time = Mutex(Bench.now)

    init() throws {
        authority = try ThrowAwayCA()
        folder = try TemporaryDirectory()
    }

    /// The output directory; a publisher makes it.
    var directory: String { folder.path("lists") }
    var events: [PublisherEvent] { recorded.withLock { $0 } }
    var reloads: Int { reloadRuns.withLock { $0 } }
    var now: UnixTime {
        get { time.withLock { $0 } }
        set { time.withLock { $0 = newValue } }
    }

    var failures: [PublishingFailure] {
        events.compactMap { if case .failed(let failure, _) = $0 { failure } else { nil } }
    }

    func forgetEvents() { recorded.withLock { $0 = [] } }

    /// What the next runs of the reload command answer; it succeeds once they are used up.
    func answerReloads(_ answers: [ReloadFailure?]) { reloadAnswers.withLock { $0 = answers } }

    func publisher(
        source: DocumentSource? = nil, reloads: Bool = true, interval: Duration = .seconds(1),
        patience: Duration = .seconds(2),
        before: @escaping @Sendable (WriteStep) throws(PublishingFailure) -> Void = { _ in },
        command: ReloadCommand.Run? = nil
    ) throws -> Publisher {
        let reload = ReloadCommand { [self] in
            reloadRuns.withLock { $0 += 1 }
            if let command { return await command() }
            return reloadAnswers.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        }
        return Publisher(
            source: source ?? self.source.documents, anchor: try TrustAnchor(pem: authority.root.certificate.pem, path: "root.pem"),
            directory: OutputDirectory(path: directory, before: before), reload: reloads ? reload : nil, interval: interval,
            patience: patience, now: { self.now }, report: { event, _ in self.recorded.withLock { $0.append(event) } })
    }

    /// Starts a publisher on the directory, looks once, and lets go of the directory again.
    @discardableResult
    func publishOnce() async throws -> Bool {
        let publisher = try publisher()
        try await publisher.start()
        return await publisher.once()
    }

    /// Every visible file of the directory.
    func files() throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: directory) where !name.hasPrefix(".") {
            files[name] = Array(try Data(contentsOf: URL(fileURLWithPath: directory + "/" + name)))
        }
        return files
    }

    /// The number of an issuer's list in the directory.
    func publishedNumber(_ issuer: String) throws -> Int64? {
        try files()["\(issuer).crl"].flatMap { try CertificateRevocationList(der: $0).number }
    }

    func hiddenFiles() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory).filter { $0.hasPrefix(".") }.sorted()
    }
}
