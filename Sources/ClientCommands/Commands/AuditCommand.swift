internal import APISchema
internal import ArgumentParser
internal import CertificateClient
internal import PKI

/// `ca-client audit`.
struct AuditCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "List the audit log, newest first; every condition that is given must hold.",
        discussion: """
            Example: ca-client audit --result refused --since 24h
            Example: ca-client audit --action revoke --resource 4f:00:a1 --json
            """)

    @Option(help: ArgumentHelp("What was attempted, such as sign, renew, revoke or authenticate.", valueName: "name"))
    var action: String?

    @Option(help: ArgumentHelp("allowed, refused, failed or fork.", valueName: "name"))
    var result: String?

    @Option(help: ArgumentHelp("Part of who it was.", valueName: "part"))
    var principal: String?

    @Option(help: ArgumentHelp("Part of what it was about: a serial number, an identity.", valueName: "part"))
    var resource: String?

    @Option(help: ArgumentHelp("From then on: RFC 3339, or a duration back from now.", valueName: "time"))
    var since: TimeArgument?

    @Option(help: ArgumentHelp("Before then: RFC 3339, or a duration back from now.", valueName: "time"))
    var until: TimeArgument?

    @Option(help: ArgumentHelp("Go on before this row.", valueName: "id"))
    var before: Int64?

    @Option(help: ArgumentHelp("At most so many on a page, 1 to 1000.", valueName: "count"))
    var limit = 100

    @Flag(help: "All pages.")
    var all = false

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...1000).contains(limit) else { throw ValidationError("--limit must be from 1 to 1000") }
    }

    func run(in session: ClientSession) async throws(ClientError) {
        let now = session.surroundings.now()
        let page = try await session.connected(credential: session.environment.token()) { (client) async throws(ClientError) in
            var found = try await client.audit(query(before: before, limit: limit, now: now))
            // A page may be short and not the last: the server looks at so many rows for each.
            while all || found.entries.count < limit, let next = found.next {
                let page = try await client.audit(query(before: next, limit: all ? limit : limit - found.entries.count, now: now))
                found = AuditPage(entries: found.entries + page.entries, next: page.next)
            }
            return found
        }
        try session.output.report(AuditReport(page: page), as: output)
    }

    private func query(before: Int64?, limit: Int, now: UnixTime) -> AuditQuery {
        AuditQuery(items: [
            ("action", action), ("result", result), ("principal", principal), ("resource", resource),
            ("since", since.map { "\($0.before(now).seconds)" }), ("until", until.map { "\($0.before(now).seconds)" }),
            ("before", before.map { "\($0)" }), ("limit", "\(limit)"),
        ])
    }
}

private struct AuditReport: Report {
    let page: AuditPage

    func encode(to encoder: any Encoder) throws { try page.encode(to: encoder) }

    var text: String {
        let lines = page.entries.map { entry in
            let details = entry.details.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            return
                (["\(entry.id)", entry.timestamp, entry.result, entry.action, entry.principal, entry.resource, entry.ipAddress] + details)
                .map(visible).joined(separator: "  ")
        }
        let more = page.next.map { ["more: --before \($0)"] } ?? []
        return (lines.isEmpty ? ["none found"] : lines + more).joined(separator: "\n")
    }
}
