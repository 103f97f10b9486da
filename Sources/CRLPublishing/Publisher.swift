import APISchema
import Dispatch
import DurableFiles
import Pauses
package import PKI

/// Brings what a CA publishes into a directory: fetch, verify, may it replace the last one, publish, reload.
///
/// Nothing that was not verified reaches the directory, no list there ever gives way to an older one, and every failure leaves all as it was.
package actor Publisher {
    private let source: DocumentSource
    private let anchor: TrustAnchor
    private let directory: OutputDirectory
    private let reload: ReloadCommand?
    private let now: @Sendable () -> UnixTime
    private let report: @Sendable (PublisherEvent, PublisherTotals) -> Void
    private let executor = BlockingExecutor(label: "crl-publisher")

    private var lock: FileLock?
    private var snapshot: SourceSnapshot?
    /// The newest lists that were ever accepted; what the directory holds, or will once it can be written.
    private var accepted: [AuthenticList] = []
    /// The newest head of the CA's audit chain that an issuer signed.
    private var auditHead: PublishedAuditHead?
    /// Names whose files are to be removed.
    private var aliases: [IssuerName] = []
    /// The newest head in the file of heads, and when it was added.
    private var kept: (head: PublishedAuditHead?, at: UnixTime) = (nil, .min)
    /// Of the files as this publisher left them; nil while the directory may differ from `accepted`.
    private var written: (names: [String], signatures: FileSignatures)?
    private var timetable: Timetable
    /// How long a reload command may run before the source is looked at beside it.
    private let patience: Duration
    private var repeated = RepeatedFailure()
    private var ages = AgeWatch()
    private var totals = PublisherTotals()

    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - reload: runs after a change; nil when nobody needs to be told.
    ///   - interval: between two looks at the source.
    ///   - patience: how long a reload command may run before the source is looked at beside it, and between two such looks.
    ///   - now: the calendar.
    package init(
        source: DocumentSource, anchor: TrustAnchor, directory: OutputDirectory, reload: ReloadCommand?, interval: Duration,
        patience: Duration = .seconds(2), now: @escaping @Sendable () -> UnixTime,
        report: @escaping @Sendable (PublisherEvent, PublisherTotals) -> Void
    ) {
        self.source = source
        self.anchor = anchor
        self.directory = directory
        self.reload = reload
        self.patience = patience
        self.now = now
        self.report = report
        timetable = Timetable(interval: interval)
    }

    /// Takes the directory and finishes, from its own files, what an interrupted publisher began. The source is not needed.
    package func start() throws(PublishingFailure) {
        lock = try directory.open()
        let state = try OutputState(reading: directory, anchor: anchor)
        accepted = state.lists
        try directory.setAsideAuditHeads(ofAnotherRootThan: anchor)
        kept.head = try directory.newestAuditHead()
        auditHead = [state.auditHead, kept.head].compactMap { $0 }.max { ($0.recoveredAt ?? 0, $0.id) < ($1.recoveredAt ?? 0, $1.id) }
        tell(.started(accepted.map(ListStatus.init)))
        for (file, reason) in state.damaged { tell(.damaged(file: file, reason: reason)) }
        if reload != nil, directory.owesReload() { timetable.changed() }
        try settle()
    }

    /// Lets go of the directory.
    package func stop() { lock = nil }

    /// Makes the next look, and a reload that is owed, due at once.
    package func hurry() { timetable.hurried() }

    /// Does what is due.
    ///
    /// - Returns: the pause until something is due again.
    package func pass() async -> Duration {
        if timetable.check <= .zero {
            timetable.checked(successfully: await check())
        }
        if let due = timetable.reload, due <= .zero, !Task.isCancelled { _ = await runReload(retries: true) }
        return timetable.nextPause()
    }

    /// Looks at the source once and reloads if there was a change, or one is still owed.
    ///
    /// - Returns: whether everything that was to be done is done.
    package func once() async -> Bool {
        let before = totals.publications
        let isWhole = await check()
        if isWhole, totals.publications == before { tell(.unchanged(accepted.map(ListStatus.init))) }
        let reloadFailure = timetable.reload == nil ? nil : await runReload(retries: false)
        return isWhole && reloadFailure == nil
    }

    private func check() async -> Bool {
        totals.checks += 1
        var failures: [PublishingFailure] = []
        do throws(PublishingFailure) { failures = try await look() } catch { failures = [error] }
        do throws(PublishingFailure) { try settle() } catch { failures.append(error) }
        if Task.isCancelled { return failures.isEmpty }
        for failure in failures { totals.failures[failure.kind, default: 0] += 1 }
        for (failure, times) in repeated.note(failures) { tell(.failed(failure, times: times)) }
        if repeated.hasJustRecovered { tell(.recovered) }
        for event in ages.events(for: accepted.map(ListStatus.init), at: now()) { tell(event) }
        return failures.isEmpty
    }

    /// - Returns: why some lists, or the audit head, were not taken.
    private func look() async throws(PublishingFailure) -> [PublishingFailure] {
        var looks = 0
        while true {
            let snapshot = try await source.read(after: snapshot, anchor: anchor)
            self.snapshot = snapshot
            let judgement = snapshot.judge(after: accepted, now: now())
            looks += 1
            if looks < Self.looksAtAMovingIndex, judgement.failures.contains(where: \.mayPassAtOnce) { continue }
            guard judgement.hasRoot else { return judgement.failures }
            return judgement.failures + take(judgement.lists, snapshot.index.auditHead)
        }
    }

    /// How often the index is read while it and the lists do not fit together.
    private static let looksAtAMovingIndex = 3

    private func take(_ lists: [AuthenticList], _ head: PublishedAuditHead) -> [PublishingFailure] {
        if lists.map(\.list.der) != accepted.map(\.list.der) || lists.map(\.entry) != accepted.map(\.entry) { written = nil }
        aliases += accepted.map(\.name).filter { name in !lists.contains { $0.name == name } }
        accepted = lists
        do throws(AuditHeadFault) {
            try head.check(after: auditHead, lists: lists)
        } catch {
            return [.auditHead(error)]
        }
        guard !head.isSameRow(as: auditHead) || auditHead?.signature == nil else { return [] }
        if let held = auditHead, head.recoveredAt != held.recoveredAt { tell(.auditLogRecovered(held: held.id, now: head.id)) }
        auditHead = head
        written = nil
        return []
    }

    /// Makes the directory hold what was accepted, also where somebody else damaged a file.
    private func settle() throws(PublishingFailure) {
        guard accepted.contains(where: \.issuer.isRoot) else { return }
        try keepAuditHead()
        if let written, written.signatures == FileSignatures(of: written.names, in: directory) { return }
        written = nil
        let files = try Publication(lists: accepted, anchor: anchor, auditHead: auditHead).files()
        let changed = try directory.write(files) { changed throws(PublishingFailure) in
            if reload != nil, changed.contains(where: \.isList) { try directory.oweReload() }
        }
        try removeAliases()
        let names = files.map(\.name)
        written = (names, FileSignatures(of: names, in: directory))
        guard changed.contains(where: \.isList) else { return }
        totals.publications += 1
        if reload != nil { timetable.changed() }
        tell(.published(accepted.map(ListStatus.init), files: changed.map(\.name)))
    }

    /// Notes a new audit head in the file of heads, at most once a minute.
    private func keepAuditHead() throws(PublishingFailure) {
        guard let auditHead, !auditHead.isSameRow(as: kept.head), kept.at == .min || now() - kept.at >= 60 || now() < kept.at else {
            return
        }
        try directory.append(auditHead)
        kept = (auditHead, now())
    }

    /// Removes the files of names that an earlier program took from an unsigned index, once their keys have names of their own.
    private func removeAliases() throws(PublishingFailure) {
        for name in aliases {
            for suffix in [".crl.pem", ".crl", ".cer"] { try directory.remove(name.description + suffix) }
        }
        aliases = []
    }

    /// - Parameter retries: whether a failed command is run again in this process.
    private func runReload(retries: Bool) async -> ReloadFailure? {
        guard let reload else { return nil }
        let publications = totals.publications
        var failure = retries ? await lookingOn(beside: reload) : await reload.run()
        // Lists that came while the command ran are owed a run of their own.
        let isStale = totals.publications != publications
        if failure == nil, !isStale { failure = settleReload() }
        if let failure {
            totals.reloadFailures += 1
            let retry = timetable.reloaded(successfully: false)
            tell(.reloadFailed(failure, retry: retries && failure != .interrupted ? retry : nil))
        } else {
            totals.reloads += 1
            timetable.reloaded(successfully: true)
            tell(.reloaded)
        }
        if isStale { timetable.changed() }
        return failure
    }

    /// Runs the command; one that takes its time does not keep newer lists from the disk.
    private func lookingOn(beside reload: ReloadCommand) async -> ReloadFailure? {
        await withTaskGroup(of: CommandEnd?.self) { group in
            group.addTask { CommandEnd(failure: await reload.run()) }
            group.addTask {
                await self.lookOn()
                return nil
            }
            defer { group.cancelAll() }
            for await end in group { if let end { return end.failure } }
            return nil
        }
    }

    private struct CommandEnd {
        let failure: ReloadFailure?
    }

    private func lookOn() async {
        while true {
            do { try await PauseClock().sleep(for: patience) } catch { return }
            timetable.checked(successfully: await check())
        }
    }

    private func settleReload() -> ReloadFailure? {
        do throws(PublishingFailure) {
            try directory.settleReload()
            return nil
        } catch {
            return .notSettled(reason: error.summary)
        }
    }

    private func tell(_ event: PublisherEvent) {
        report(event, totals)
    }
}

/// A thread for work that blocks or computes for long, so that the shared pool stays free to serve.
final class BlockingExecutor: SerialExecutor {
    private let queue: DispatchQueue

    init(label: String) {
        queue = DispatchQueue(label: label)
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { unsafe job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}
