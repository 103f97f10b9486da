/// The side effects of an agent, apart from the decision when to run them.
struct AgentWork: Sendable {
    /// The pair on disk.
    var inspect: @Sendable () throws(ClientError) -> CredentialSummary
    /// Stamp of the pair's files, which changes when the pair is replaced; cheap.
    var stamp: @Sendable () -> PairStamp
    /// Enrols, or throws an error with the step that a person must take.
    var enroll: @Sendable () async throws(ClientError) -> CredentialSummary
    /// Renews the pair; nil when nothing was due.
    var renew: @Sendable (RetryPolicy) async throws(ClientError) -> CredentialSummary?
    /// True when an earlier run left a change unannounced.
    var hasUnannouncedChange: @Sendable () -> Bool
    /// Tells the handler.
    var announce: @Sendable (CredentialSummary) async throws(ClientError) -> Void
    /// Whether there is anybody to tell.
    var hasHandler: Bool
}

extension AgentWork {
    init(
        _ store: CredentialStore, client: CertificateClient, enrolment: Enrolment?, onChange: RenewalAgent.ChangeHandler?
    ) {
        let announces = onChange != nil
        hasHandler = announces
        inspect = { () throws(ClientError) in try store.summary() }
        stamp = { store.stamp() }
        enroll = { () async throws(ClientError) in
            guard let enrolment, client.configuration.credential != nil else { throw try store.reasonForEnrolment() }
            return try await client.enroll(enrolment, into: store, announce: announces, retry: .persistent)
        }
        renew = { (retry) async throws(ClientError) in
            let outcome = try await client.renew(store, force: false, announce: announces, retry: retry)
            return if case .renewed(let summary) = outcome { summary } else { nil }
        }
        hasUnannouncedChange = { announces && store.hasUnannouncedChange() }
        announce = { (summary) async throws(ClientError) in
            guard let onChange else { return }
            do { try await onChange(summary) } catch let error as ClientError { throw error } catch is CancellationError {
                throw .cancelled
            } catch { throw .commandFailed(command: "on change", outcome: "failed: \(error)") }
            try store.forgetChange()
        }
    }
}

extension CredentialStore {
    /// Why a person is needed when the agent cannot enrol by itself.
    fileprivate func reasonForEnrolment() throws(ClientError) -> ClientError {
        let summary = try summary()
        return .expiredCredentials(directory: directory, commonName: summary.commonName, notAfter: summary.notAfter)
    }
}
