import Logging
package import Access
import Ledger

extension Authority {
    /// A permit from the policies in force; a refusal is audited.
    package func permit(
        _ principal: Principal, _ action: Action, profile: String? = nil, object: String
    ) async throws(AuthorityError) -> Permit {
        do {
            return try policies.access.permit(principal, action, profile: profile, object: object)
        } catch {
            await auditRefusal(of: principal, action.audited, resource: object, code: error.code)
            throw .access(error)
        }
    }

    /// Refuses a permit that was given for something else.
    func require(_ permit: Permit, _ action: Action, profile: String? = nil) throws(AuthorityError) {
        do { try permit.require(action, profile: profile) } catch { throw .access(error) }
    }

    /// Audits that somebody could not prove who they are: by name when they held one of our certificates, else counted.
    package func auditFailedAuthentication(_ presented: Authenticator.Presented, _ refusal: AccessRefusal) async {
        switch refusal {
        case .certificateRevoked(let serial), .certificateExpired(let serial), .certificateNotForClients(let serial):
            await append(
                AuditEvent(
                    timestamp: clock.milliseconds(), principal: "certificate:\(serial)", action: .authenticate, resource: serial,
                    result: .refused, ipAddress: presented.ipAddress, userAgent: presented.userAgent, details: ["code": refusal.code]))
        case .credentialMissing, .tokenInvalid, .certificateUnknown, .notAllowed, .ticketOnlyEnrols, .ticketForOtherProfile,
            .certificateNeeded, .policyUnknown, .policyNotHeld:
            anonymousRefusals.count(address: presented.ipAddress, code: refusal.code, at: clock.milliseconds())
        }
    }

    /// Writes a refusal into the audit log; of anonymous peers only a count, later.
    func auditRefusal(
        of principal: Principal, _ action: AuditAction, resource: String, code: String, result: AuditResult = .refused
    ) async {
        if case .anonymous = principal.credential {
            anonymousRefusals.count(address: principal.ipAddress, code: code, at: clock.milliseconds())
            return
        }
        await append(
            AuditEvent(
                timestamp: clock.milliseconds(), principal: principal.auditName, action: action,
                // A refused name is whatever the peer wrote: it must not fill the log.
                resource: String(resource.unicodeScalars.prefix(256)), result: result,
                ipAddress: principal.ipAddress, userAgent: principal.userAgent, details: ["code": code]))
    }

    /// Writes an event whose loss must not fail the answer (the refusal stands anyway); the loss itself is logged.
    func append(_ event: AuditEvent) async {
        do {
            try await ledger.append(event)
        } catch {
            logger.error("audit event lost", metadata: ["action": "\(event.action)", "error": "\(error)"])
        }
    }

    /// Writes the counts of refused anonymous peers for the minutes that are over; for all when `everything`.
    package func flushAnonymousRefusals(everything: Bool) async {
        for event in anonymousRefusals.drain(before: everything ? nil : clock.seconds / 60) { await append(event) }
    }
}

extension Authority {
    /// Audits that the policies were read again, or why not.
    package func auditReload(error: String?) async {
        await append(
            AuditEvent(
                timestamp: clock.milliseconds(), principal: "system", action: .policyReload, resource: "policies",
                result: error == nil ? .allowed : .failed, ipAddress: "", userAgent: "", details: error.map { ["error": $0] } ?? [:]))
    }
}

extension Authority {
    /// Forgets named requests whose time is over; what fails is tried again a minute later.
    package func forgetIdempotencyKeys() async {
        do {
            try await ledger.forgetIdempotencyKeys(now: clock.seconds)
        } catch {
            logger.error("idempotency keys not forgotten", metadata: ["error": "\(error)"])
        }
    }

    /// Has the ledger written though nobody asks; what fails is an alarm, which the ledger itself raises.
    package func probeLedger() async {
        do { try await ledger.probeWriting() } catch { logger.error("the ledger was not written", metadata: ["error": "\(error)"]) }
    }
}
