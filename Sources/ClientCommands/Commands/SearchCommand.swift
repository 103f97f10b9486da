internal import APISchema
internal import ArgumentParser
internal import CertificateClient
internal import PKI

/// `ca-client search`.
struct SearchCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "search", abstract: "Find certificates, newest first; every condition that is given must hold.",
        discussion: """
            Example: ca-client search --profile device --state active --expires-before 7d
            Example: ca-client search --name db.internal --all --json
            """)

    @Option(help: ArgumentHelp("Profile.", valueName: "name"))
    var profile: String?

    @Option(help: ArgumentHelp("Issuer, such as devices.", valueName: "name"))
    var issuer: String?

    @Option(help: ArgumentHelp("Organization (O).", valueName: "name"))
    var organization: String?

    @Option(help: ArgumentHelp("Device type (OU).", valueName: "type"))
    var type: String?

    @Option(help: ArgumentHelp("The whole common name.", valueName: "name"))
    var commonName: String?

    @Option(help: ArgumentHelp("Part of the common name or of any alternative name.", valueName: "part"))
    var name: String?

    @Option(help: ArgumentHelp("active, expired or revoked.", valueName: "state"))
    var state: CertificateState?

    @Option(help: ArgumentHelp("Certificates that end before: RFC 3339, or a duration from now.", valueName: "time"))
    var expiresBefore: TimeArgument?

    @Option(help: ArgumentHelp("Go on after this serial number.", valueName: "serial"))
    var after: String?

    @Option(help: ArgumentHelp("At most so many on a page, 1 to 1000.", valueName: "count"))
    var limit = 100

    @Flag(help: "All pages.")
    var all = false

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...1000).contains(limit) else { throw ValidationError("--limit must be from 1 to 1000") }
    }

    func run(in session: ClientSession) async throws(ClientError) {
        let filter = SearchFilter(
            profile: profile, issuer: issuer, organization: organization, type: type, commonName: commonName, name: name,
            state: state?.rawValue, expiresBefore: expiresBefore?.after(session.surroundings.now()).seconds)
        let result = try await session.connected(credential: session.environment.token()) { (client) async throws(ClientError) in
            var found = try await client.search(SearchRequest(filter: filter, after: after, limit: limit))
            // A page may be short and not the last: the server looks at so many certificates for each.
            while all || found.certificates.count < limit, let next = found.next {
                let rest = all ? limit : limit - found.certificates.count
                let page = try await client.search(SearchRequest(filter: filter, after: next, limit: rest))
                found = SearchResult(certificates: found.certificates + page.certificates, next: page.next)
            }
            return found
        }
        try session.output.report(SearchReport(result: result), as: output)
    }
}

/// As the ledger tells them apart.
enum CertificateState: String, ExpressibleByArgument, CaseIterable, Sendable {
    case active, expired, revoked
}

private struct SearchReport: Report {
    let result: SearchResult

    func encode(to encoder: any Encoder) throws { try result.encode(to: encoder) }

    var text: String {
        let lines = result.certificates.map { certificate in
            [
                certificate.serialNumber, certificate.state, certificate.profile, UnixTime(certificate.notAfter).description,
                certificate.commonName,
            ].map(visible).joined(separator: "  ")
        }
        let more = result.next.map { ["more: --after \($0)"] } ?? []
        return (lines.isEmpty ? ["none found"] : lines + more).joined(separator: "\n")
    }
}
