import Access
import DurableFiles
import Foundation
package import Ledger
import PKI

/// The token that everything else is given from: made at `init`, and again by whoever has the data directory.
package enum AdminToken {
    /// Days that it lives.
    package static let days: Int64 = 90

    /// The digest of the token in a file; nil when there is no file, or no token in it.
    static func sha256(in file: String) throws(FileFailure) -> [UInt8]? {
        guard let octets = try DurableFile.readIfPresent(file, limit: 4_096) else { return nil }
        let text = String(decoding: octets, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        return TokenSecret(presented: text)?.sha256
    }

    /// Revokes every token and ticket but one.
    package static func revokeOthers(
        besides id: Int64, in ledger: any TokenLedger, clock: WallClock
    ) async throws(LedgerError) {
        let event = AuditEvent(
            timestamp: clock.milliseconds(), principal: "system", action: .tokenRevoke, resource: "every other token", result: .allowed,
            ipAddress: "", userAgent: "")
        _ = try await ledger.revokeTokens(besides: id, audit: event)
    }

    /// Records a new token with the policy `admin` and writes its secret, for its owner alone; answers its row.
    @discardableResult
    package static func make(
        in ledger: any TokenLedger, file: String, action: AuditAction, clock: WallClock,
        using generator: inout some RandomNumberGenerator
    ) async throws -> Int64 {
        let secret = TokenSecret(isTicket: false, using: &generator)
        let accessor = hexadecimal(SerialNumber(using: &generator).octets.prefix(12))
        let now = clock.now
        let token = TokenRecord(
            accessor: accessor, secretSHA256: secret.sha256, displayName: "admin", policies: ["admin"], ticket: nil, createdAt: now,
            expiresAt: now + days * 86_400, maxTTL: nil, usesLeft: nil)
        let event = AuditEvent(
            timestamp: clock.milliseconds(), principal: "system", action: action, resource: accessor, result: .allowed,
            ipAddress: "", userAgent: "", details: ["display_name": "admin"])
        let id = try await ledger.create(token, audit: event).id
        try DurableFile.replace(file, with: Array("\(secret.text)\n".utf8), mode: 0o600)
        return id
    }
}
