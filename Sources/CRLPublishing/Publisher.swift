import DurableFiles
import APISchema
import PKI
import Pauses

/// Brings what a CA publishes into a directory: fetch, verify, may it replace the last one, publish, reload.
///
/// Nothing that was not verified reaches the directory, no list there ever gives way to an older one, and every failure leaves all as it was.
package actor Publisher {
    private let source: DocumentSource
    private let anchor: TrustAnchor
    private let directory: OutputDirectory
    private let reload: ReloadCommand?
    private let now: @Sendable () -> Int64
    private let report: @Sendable (PublisherEvent, PublisherTotals) -> Void
    private let executor = BlockingExecutor(label: "crl-publisher")

    private var lock: FileLock?
    private var snapshot: SourceSnapshot?
    /// The newest lists that were ever accepted; what the directory holds, or will once it can be written.
    private var accepted: [AuthenticList] = []
    private var auditHead: PublishedAuditHead?
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
    ///   - now: the calendar, in seconds since 1970.
    package init(
        source: DocumentSource, anchor: TrustAnchor, directory: OutputDirectory, reload: ReloadCommand?, interval: Duration,
        patience: Duration = .seconds(2), now: @escaping @Sendable () -> Int64,
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
        auditHead = state.auditHead
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
            let failure = await check()
            timetable.checked(successfully: failure == nil)
        }
        if let due = timetable.reload, due <= .zero, !Task.isCancelled { _ = await runReload(retries: true) }
        return timetable.nextPause()
    }

    /// Looks at the source once and reloads if there was a change, or one is still owed.
    ///
    /// - Returns: whether everything that was to be done is done.
    package func once() async -> Bool {
        let before = totals.publications
        let failure = await check()
        if failure == nil, totals.publications == before { tell(.unchanged(accepted.map(ListStatus.init))) }
        let reloadFailure = timetable.reload == nil ? nil : await runReload(retries: false)
        return failure == nil && reloadFailure == nil
    }

    private func check() async -> PublishingFailure? {
        totals.checks += 1
        var failure: PublishingFailure?
        do throws(PublishingFailure) { try await look() } catch { failure = error }
        do throws(PublishingFailure) { try settle() } catch { failure = failure ?? error }
        if Task.isCancelled { return failure }
        if let failure {
            totals.failures[failure.kind, default: 0] += 1
            if let times = repeated.note(failure) { tell(.failed(failure, times: times)) }
        } else if repeated.clear() {
            tell(.recovered)
        }
        for event in ages.events(for: accepted.map(ListStatus.init), at: now()) { tell(event) }
        return failure
    }

    private func look() async throws(PublishingFailure) {
        let snapshot = try await source.read(after: snapshot)
        self.snapshot = snapshot
        let lists = try snapshot.judge(after: accepted, anchor: anchor, now: now())
        if lists.map(\.list.der) != accepted.map(\.list.der) || auditHead != snapshot.index.auditHead { written = nil }
        accepted = lists
        auditHead = snapshot.index.auditHead
    }

    /// Makes the directory hold what was accepted, also where somebody else damaged a file.
    private func settle() throws(PublishingFailure) {
        guard accepted.contains(where: \.issuer.isRoot) else { return }
        if let written, written.signatures == FileSignatures(of: written.names, in: directory) { return }
        written = nil
        let files = try Publication(lists: accepted, anchor: anchor, auditHead: auditHead).files()
        let changed = try directory.write(files) { changed throws(PublishingFailure) in
            if reload != nil, changed.contains(where: \.isList) { try directory.oweReload() }
        }
        let names = files.map(\.name)
        written = (names, FileSignatures(of: names, in: directory))
        guard changed.contains(where: \.isList) else { return }
        totals.publications += 1
        if reload != nil { timetable.changed() }
        tell(.published(accepted.map(ListStatus.init), files: changed.map(\.name)))
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
            let failure = await check()
            timetable.checked(successfully: failure == nil)
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
