import PKI

/// Reconciles a restored ledger with published CRLs: CRL numbers, revocations, tokens.
struct RecoveryTransaction {
    let ledger: any LedgerTransaction
    let order: RecoveryOrder

    func run() throws -> RecoveryReport {
        let first = try ledger.lastSequence()
        var report = RecoveryReport(revocations: 0, forgotten: 0, tokens: 0, keptToken: false, numbers: [:])
        for evidence in order.evidence {
            report.numbers[evidence.issuer] = try ledger.changeNumbers(issuer: evidence.issuer) { numbers in
                // Lists are at least a second apart and each takes the next number: more cannot have been taken since.
                try numbers.advance(
                    to: max(evidence.number, order.now.seconds), thisUpdate: evidence.thisUpdate, elapsed: order.now - order.since)
            }
            report.forgotten += try restore(evidence)
        }
        report.revocations = Int(try ledger.lastSequence() - first)
        let kept = try order.keptTokenSHA256.flatMap { try ledger.token(secretSHA256: $0)?.id }
        report.tokens = try ledger.revokeTokens(except: kept)
        report.keptToken = kept != nil
        try ledger.insertRecovery(since: order.since, recoveredAt: order.now)
        try audit(report, kept: kept, after: first)
        return report
    }

    /// Brings an issuer's revocations back, but those that are known.
    /// - Returns: how many are of certificates that are not known.
    private func restore(_ evidence: PublicationEvidence) throws -> Int {
        // One promise holds for all, until the list is made; of a million entries each would cost as much as its row.
        var promised: Int64?
        var count = 0
        for entry in evidence.entries {
            if let stored = try ledger.certificate(entry.serialNumber) {
                if stored.record.revocation == nil { try restore(entry, of: stored) }
                continue
            }
            guard try !ledger.isForgotten(entry.serialNumber) else { continue }
            let number = try promised ?? ledger.changeNumbers(issuer: evidence.issuer) { try $0.promise(date: order.now) }
            promised = number
            let sequence = try ledger.insertForgotten(
                Revocation(date: entry.date, reason: entry.reason, crlNumber: number), of: entry.serialNumber, issuer: evidence.issuer,
                notAfter: evidence.issuerEnd)
            ledger.trail.announce(.revocation, row: sequence)
            count += 1
        }
        ledger.trail.count(count, .revocations)
        return count
    }

    private func restore(_ entry: CertificateRevocationList.Entry, of stored: StoredCertificate) throws {
        let revoking = RevocationTransaction(
            ledger: ledger,
            order: RevocationOrder(
                serialNumber: entry.serialNumber, reason: entry.reason, date: entry.date,
                suspendsIdentity: entry.reason.suspendsIdentity, audit: order.audit))
        try revoking.revoke(stored)
        for other in try revoking.others(besides: stored) { try revoking.revoke(other) }
    }

    private func audit(_ report: RecoveryReport, kept: Int64?, after first: Int64) throws {
        let digest = try ledger.revocationsDigest(after: first, through: first + Int64(report.revocations))
        var facts: [AuditFact.Value] = [
            (AuditFact.revokedCertificates, String(report.revocations)), (AuditFact.revocationsSHA256, hexadecimal(digest)),
            ("forgotten_certificates", String(report.forgotten)), ("revoked_tokens", String(report.tokens)),
            (AuditFact.lostSince, order.since.description), (AuditFact.recoveredAt, String(order.now.seconds)),
            (AuditFact.keptToken, kept.map { String($0) } ?? ""),
        ]
        for (issuer, number) in report.numbers { facts.append((AuditFact.numberPrefix + issuer, String(number))) }
        for evidence in order.evidence {
            facts.append((AuditFact.datePrefix + evidence.issuer, String(evidence.thisUpdate.seconds)))
            facts.append((AuditFact.endPrefix + evidence.issuer, String(evidence.issuerEnd.seconds)))
        }
        try ledger.audit(order.audit, adding: facts)
    }
}
