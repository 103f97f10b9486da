import Logging
import PolicyFiles

extension ServerConfiguration {
    /// The commented file `init` writes; parsing it gives this configuration again.
    package var yaml: String {
        """
        # Configuration of ca-server. Every field can be overridden by an environment variable: CA_LISTEN, CA_CRL_REFRESH and so on,
        # or by a file that CA_LISTEN_FILE names. Spans of time are written like 30s, 15m, 24h or 7d.

        # Organizations certificates may be issued for; the first is the CA's own.
        organizations:
        \(Self.list(organizations))
        # Domains below which services may have names.
        service_domains:
        \(Self.list(serviceDomains))
        # Where CRLs and issuer certificates are fetched. It is written into every certificate: change it before issuing, not after.
        public_url: \(Self.quoted(publicURL))

        # Names and addresses of the server's own certificate; they are never issued to anyone else.
        hostnames:
        \(Self.list(hostnames))
        # The HTTPS API, and the plain HTTP listener that serves public_url.
        listen: \(Self.quoted(listen))
        public: \(Self.quoted(publicListen))

        limits:
          # Open connections on each listener.
          connections: \(limits.connections)
          # Octets of a request's body.
          request_bytes: \(limits.requestBytes)
          # How long a request with an Idempotency-Key is remembered.
          idempotency: \(PolicyDuration.text(limits.idempotency))

        crl:
          # A new CRL at least this often, beside one after every revocation.
          refresh: \(PolicyDuration.text(crl.refresh))
          # From now to nextUpdate. Brokers refuse every client when it has passed.
          lifetime: \(PolicyDuration.text(crl.lifetime))
          # How far thisUpdate lies in the past, for clocks that are behind: 1m to 5m.
          backdate: \(PolicyDuration.text(crl.backdate))

        # By these an old copy of the ledger shows that was put back: a file on another disk, which the server keeps up to date, and
        # folders with copies of published lists, such as a crl-publisher's.
        \(ledgerLines)

        # trace, debug, info, notice, warning, error or critical.
        log_level: \(logLevel.rawValue)

        """
    }

    /// The group, or what it would look like.
    private var ledgerLines: String {
        let anchor = ledger.anchor.map { ["  anchor: \(Self.quoted($0))"] } ?? []
        let folders = ledger.published.isEmpty ? [] : ["  published: [\(ledger.published.map(Self.quoted).joined(separator: ", "))]"]
        let fields = anchor + folders
        guard fields.isEmpty else { return (["ledger:"] + fields).joined(separator: "\n") }
        return "# ledger:\n#   anchor: /mnt/other/ca-anchor.json\n#   published: [/var/lib/crl-publisher]"
    }

    private static func list(_ values: [some CustomStringConvertible]) -> String {
        values.map { "  - \(quoted($0))\n" }.joined()
    }

    /// Single quotes keep everything but themselves as it is.
    private static func quoted(_ value: some CustomStringConvertible) -> String {
        "'\(value.description.replacing("'", with: "''"))'"
    }
}
