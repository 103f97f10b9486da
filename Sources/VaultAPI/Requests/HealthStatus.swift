import HTTPFront
import HTTPTypes
import HummingbirdCore

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
