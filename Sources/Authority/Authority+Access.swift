import Logging
package import Access
import Ledger
import PKI

extension Authority {
    /// A permit from the policies in force; a refusal is audited.
    package func permit(
        _ principal: Principal, _ action: Action, profile: String? = nil, object: String
    ) async throws(AuthorityError) -> Permit {
        do {
            return try policies.permit(principal, action, profile: profile, object: object)
        } catch {
            await auditRefusal(of: principal, action.audited, resource: object, code: error.code)
            throw .access(error)
        }
    }

    /// Refuses a permit that was given for something else.
    func require(_ permit: Permit, _ action: Action, profile: String? = nil) throws(AuthorityError) {
        do { try permit.require(action, profile: profile) } catch { throw .access(error) }
    }

    /// Audits a failed authentication: by name for a credential of ours that has ended, else as a count.
    package func auditFailedAuthentication(_ presented: Authenticator.Presented, _ failure: AuthenticationFailure) async {
        guard let refusal = failure.refusal else { return }
        let now = clock.milliseconds()
        guard let principal = failure.principal else {
            return attempts.count(address: presented.ipAddress, code: refusal.code, at: now)
        }
        guard attempts.isFirst(of: principal, address: presented.ipAddress, code: refusal.code, at: now) else { return }
        await append(
            AuditEvent(
                timestamp: now, principal: principal, action: .authenticate, resource: principal.resourceOfCredential, result: .refused,
                ipAddress: presented.ipAddress, userAgent: presented.userAgent, details: ["code": refusal.code]))
    }

    /// Writes a refusal into the audit log; of anonymous peers only a count, later, and of a credential that has ended the first of a minute and the
    /// count of the others.
    func auditRefusal(
        of principal: Principal, _ action: AuditAction, resource: String, code: String, result: AuditResult = .refused
    ) async {
        let now = clock.milliseconds()
        if case .anonymous = principal.credential { return attempts.count(address: principal.ipAddress, code: code, at: now) }
        if principal.isBoundToOneUse, AttemptCounts.codesOfEndedCredentials.contains(code),
            !attempts.isFirst(of: principal.auditName, address: principal.ipAddress, code: code, at: now)
        {
            return
        }
        await append(
            AuditEvent(
                timestamp: now, principal: principal.auditName, action: action,
                // A refused name is whatever the peer wrote: it must not fill the log.
                resource: String(resource.unicodeScalars.prefix(256)), result: result,
                ipAddress: principal.ipAddress, userAgent: principal.userAgent,
                details: principal.auditDetails.merging(["code": code]) { _, told in told }))
    }

    /// Writes an event whose loss must not fail the answer (the refusal stands anyway); the loss itself is logged.
    func append(_ event: AuditEvent) async {
        do {
            try await ledger.append(event)
        } catch {
            logger.error("audit event lost", metadata: ["action": "\(event.action)", "error": "\(error)"])
        }
    }

    /// Audits a fork and keeps it open; a loss is logged, as of any event.
    func noteFork(presented: SerialNumber, current: SerialNumber, exclusive: Bool, _ event: AuditEvent) async {
        do {
            try await ledger.noteFork(presented: presented, current: current, exclusive: exclusive, audit: event)
        } catch {
            logger.error("fork not recorded", metadata: ["presented": "\(presented)", "error": "\(error)"])
        }
    }

    /// Writes the counts of attempts for the minutes that are over; for all when `everything`.
    package func flushAttempts(everything: Bool) async {
        for event in attempts.drain(before: everything ? nil : clock.now.seconds / 60) { await append(event) }
    }
}

extension Authority {
    /// Audits that the policies were read again, or the error for which they were not.
    package func auditReload(error: String?) async {
        await append(
            AuditEvent(
                timestamp: clock.milliseconds(), principal: "system", action: .policyReload, resource: "policies",
                result: error == nil ? .allowed : .failed, ipAddress: "", userAgent: "", details: error.map { ["error": $0] } ?? [:]))
    }
}

extension Authority {
    /// Deletes expired idempotency keys; a failure is tried again a minute later.
    package func forgetIdempotencyKeys() async {
        do {
            try await ledger.forgetIdempotencyKeys(now: clock.now)
        } catch {
            logger.error("idempotency keys not forgotten", metadata: ["error": "\(error)"])
        }
    }

    /// Probes the ledger with a write; the ledger itself raises the alarm of a failure.
    package func probeLedger() async {
        do { try await ledger.probeWriting() } catch { logger.error("the ledger was not written", metadata: ["error": "\(error)"]) }
    }
}

extension String {
    /// The serial number or accessor in a principal's name.
    fileprivate var resourceOfCredential: String { split(separator: ":", maxSplits: 1).last.map(String.init) ?? self }
}
