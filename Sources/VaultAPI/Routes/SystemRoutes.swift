import Access
import APISchema
package import Authority
package import HTTPFront
import HTTPTypes
import HummingbirdCore
import Ledger
import PKI

extension VaultAPI {
    func addSystemRoutes(to sys: inout RouteGroup) {
        sys.get("init") { _, _ in Response.json(["initialized": true]) }
        sys.get("health") { request, context in
            let status = try HealthStatus(request).active
            return Response.health(Health(serverTime: now(), alarms: await alarms(for: request, context)), status: status)
        }
        sys.get("seal-status") { _, _ in Response.json(SealStatus()) }
        sys.get("audit-log", use: auditLog)
    }

    /// What is answered while there is no ledger: health with the alarm's code, and everywhere else a refusal with it.
    package static func routes(
        instead alarm: Alarm, remedy: String, now: @escaping @Sendable () -> Int64
    ) throws(RouteClash) -> RouteTable {
        var sys = RouteGroup("v1/sys")
        sys.get("health") { _, _ in .health(Health(serverTime: now(), alarms: [alarm.code]), status: .serviceUnavailable) }
        var table = try RouteTable(sys)
        table.unserved = { _ in
            APIFailure(.serviceUnavailable, code: alarm.code, summary: alarm.text, remedy: remedy, headers: [.retryAfter: "60"])
        }
        return table
    }

    /// What needs a person soon: by code for anybody, in full for who shows a good token, because it names paths and causes.
    private func alarms(for request: Request, _ context: APIRequestContext) async -> [String] {
        let alarms = await alarms()
        guard !alarms.isEmpty else { return [] }
        if await showsGoodToken(request, context) { return alarms.map(\.text) }
        var codes: [String] = []
        for alarm in alarms where !codes.contains(alarm.code) { codes.append(alarm.code) }
        return codes
    }

    /// The version of Vault whose API we speak: strict SemVer, because the Terraform provider gates fields by it.
    static let vaultVersion = "1.21.0"

    private struct Health: Codable, Sendable {
        var initialized = true
        var sealed = false
        var standby = false
        var performance_standby = false
        var replication_performance_mode = "disabled"
        var replication_dr_mode = "disabled"
        var server_time_utc: Int64
        var version = VaultAPI.vaultVersion
        var cluster_name = ""
        var cluster_id = ""
        /// What needs a person soon; empty when all is well.
        var alarms: [String]

        init(serverTime: Int64, alarms: [String]) {
            server_time_utc = serverTime
            self.alarms = alarms
        }
    }

    private struct SealStatus: Codable, Sendable {
        var type = "shamir"
        var initialized = true
        var sealed = false
        var t = 1
        var n = 1
        var progress = 0
        var nonce = ""
        var version = VaultAPI.vaultVersion
        var build_date = ""
        var migration = false
        var cluster_name = ""
        var cluster_id = ""
        var recovery_seal = false
        var storage_type = "sqlite"
    }

    private func auditLog(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let permit = try await permit(request, context, .audit, object: "security_audit")
        let query = AuditQuery(request)
        let filter = try query.filter()
        let before = try query.number("before")
        let limit = try SearchLimit.read(try query.text("limit"), default: 100)
        let rows = try await authority.auditRows(filter, before: before, limit: limit, permit: permit)
        let page = AuditPage(entries: rows.rows.map(AuditEntry.init), next: rows.next)
        return .envelope(page, context: context)
    }
}

extension AuditEntry {
    fileprivate init(_ row: AuditRow) {
        let event = row.event
        self.init(
            id: row.id, timestamp: Timestamp.rfc3339(milliseconds: event.timestamp), principal: event.principal,
            action: event.action.rawValue, resource: event.resource, result: event.result.rawValue, ipAddress: event.ipAddress,
            userAgent: event.userAgent, details: event.details, hash: hexadecimal(row.hash))
    }
}
