import APISchema
import Access
package import Authority
package import HTTPFront
import HTTPTypes
import HummingbirdCore
import Ledger
package import PKI

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
        instead alarm: Alarm, remedy: String, now: @escaping @Sendable () -> UnixTime
    ) -> [RouteGroup] {
        var rules = RouteRules()
        rules.render = errorBody
        rules.unserved = { _ in
            APIFailure(.serviceUnavailable, code: alarm.code, summary: alarm.text, remedy: remedy, headers: [.retryAfter: "60"])
        }
        var everything = RouteGroup("", rules)
        everything.get("v1/sys/health") { _, _ in
            .health(Health(serverTime: now(), alarms: [alarm.code]), status: .serviceUnavailable)
        }
        return [everything]
    }

    /// What needs a person soon: by code for anybody, in full for who shows a good token, because it names paths and causes.
    private func alarms(for request: Request, _ context: APIRequestContext) async -> [String] {
        let alarms = await alarms()
        guard !alarms.isEmpty else { return [] }
        if await hasGoodToken(request, context) { return alarms.map(\.text) }
        var codes: [String] = []
        for alarm in alarms where !codes.contains(alarm.code) { codes.append(alarm.code) }
        return codes
    }

    /// Whether a good token came with the request, and no ticket. None of its uses is spent; a wrong one is counted, and not refused.
    private func hasGoodToken(_ request: Request, _ context: APIRequestContext) async -> Bool {
        guard context.token(of: request) != nil else { return false }
        do {
            guard case .token(let token) = try await context.credential(of: request) else { return false }
            return token.ticket == nil
        } catch { return false }
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
        var server_time_utc: UnixTime
        var version = VaultAPI.vaultVersion
        var cluster_name = ""
        var cluster_id = ""
        /// What needs a person soon; empty when all is well.
        var alarms: [String]

        init(serverTime: UnixTime, alarms: [String]) {
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
            id: row.id, timestamp: UnixTime.rfc3339(milliseconds: event.timestamp), principal: event.principal,
            action: event.action.rawValue, resource: event.resource, result: event.result.rawValue, ipAddress: event.ipAddress,
            userAgent: event.userAgent, details: event.details, hash: hexadecimal(row.hash))
    }
}

/// The statuses that a client of `sys/health` asks for, one for each state of a server, for load balancers that know only statuses.
struct HealthStatus {
    /// For a server that is unsealed and active: this one always is.
    let active: HTTPResponse.Status

    /// Every state's is checked, for a wrong one would only show on the day of the fault.
    init(_ request: Request) throws {
        active = try Self.status(request, "activecode") ?? .ok
        for name in [
            "standbycode", "sealedcode", "uninitcode", "performancestandbycode", "drsecondarycode", "haunhealthycode", "removedcode",
        ] {
            _ = try Self.status(request, name)
        }
    }

    private static func status(_ request: Request, _ name: String) throws -> HTTPResponse.Status? {
        guard let text = request.uri.queryParameters[Substring(name)], !text.isEmpty else { return nil }
        // Below 200 there are no answers (RFC 9110 §15.2).
        guard let code = Int(text), (200...599).contains(code) else {
            throw APIFailure(
                .badRequest, code: "malformed_query", summary: "'\(text.prefix(40))' in '\(name)' is not a status",
                remedy: "write a number from 200 to 599")
        }
        return HTTPResponse.Status(code: code)
    }
}

extension Response {
    /// An answer under the status that was asked for; some have no content (RFC 9110 §15.3.5, §15.3.6 and §15.4.5).
    static func health(_ value: some Encodable, status: HTTPResponse.Status) -> Response {
        [204, 205, 304].contains(status.code)
            ? Response(status: status, headers: [.cacheControl: "no-store"]) : .json(value, status: status)
    }
}
