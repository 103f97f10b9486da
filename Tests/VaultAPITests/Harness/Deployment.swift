import Authority
import HTTPFront
import HTTPTypes
import Issuance
import Ledger
import PKI
import Publication
import ServerKit
import Synchronization
import TestKit
import VaultAPI

/// Vault's API over a CA in memory, with published lists.
final class Deployment: Sendable {
    static let bodyLimit = 64 * 1024

    let bench: Bench
    let files: TemporaryDirectory
    let api: VaultAPI
    /// The name of the PKI's mount.
    let mount: String
    /// A client certificate that one of the issuers signed and no ledger knows.
    let stranger: Call.Holder
    private let count = Mutex(0)

    /// - Parameter onDisk: the ledger can be closed.
    init(onDisk: Bool = false, mount: String = "pki", alarms: [Alarm] = []) async throws {
        let bench = try Bench(onDisk: onDisk)
        let publication = try Publication(bench)
        guard await publication.publisher.publishDue() else { throw NotPublished() }
        let root = bench.ca.root.certificate
        let entries = (bench.issuers.map { ($0.name, $0.certificate, $0.chain) } + [("root", root, [root])]).map {
            IssuerDirectory.Entry(
                name: $0.0, certificate: $0.1, chain: $0.2, crlURL: "http://ca.test:8080/crl/\($0.0).crl",
                certificateURL: "http://ca.test:8080/ca/\($0.0).cer")
        }
        guard let issuers = IssuerDirectory(entries: entries, standard: "devices", published: publication.directory) else {
            throw NotPublished()
        }
        api = VaultAPI(
            authority: bench.authority, authentication: bench.authentication, now: { bench.time.now }, issuers: issuers,
            mount: mount, bodyLimit: Self.bodyLimit, alarms: { alarms })
        let key = try PrivateKey.generate(.p256)
        stranger = Call.Holder(
            certificate: try bench.ca.devices.issue(to: key.publicKey, serialNumber: SerialNumber(octets: [0x40, 0x77]), commonName: "x"),
            key: key)
        (self.bench, files, self.mount) = (bench, publication.files, mount)
    }

    private struct NotPublished: Error {}

    /// A device or service that nobody else has.
    func next() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }

    /// Hands requests to the API without a socket.
    func transport(bodies: Int = 1 << 20) throws -> InMemoryTransport {
        InMemoryTransport(try Router(api.routes()), bodies: bodies)
    }

    /// A request of an administrator, with a token of its own.
    func asked(_ method: HTTPRequest.Method, _ path: String, _ body: String = "") async throws -> Call {
        Call(method, path, body: body.utf8).with("X-Vault-Token", try await bench.makeToken())
    }
}

/// PEM of a CSR with a key of its own, escaped for JSON.
func escapedRequest(_ commonName: String? = nil, organization: String? = nil, names: [GeneralName] = []) throws -> String {
    let der = try makeSigningRequest(
        key: .generate(.p256), commonName: commonName, organization: organization, organizationalUnit: nil, names: names)
    return PEM.encode(der, type: "CERTIFICATE REQUEST").replacing("\n", with: "\\n")
}

/// What OpenSSL says of octets; throws where it refuses them.
@discardableResult
func openssl(_ arguments: String..., input: [UInt8]) throws -> CommandResult {
    let result = try run("openssl", arguments, input: input)
    guard result.status == 0 else { throw Refused(description: "openssl \(arguments.joined(separator: " ")): \(result.stderr)") }
    return result
}

private struct Refused: Error, CustomStringConvertible {
    let description: String
}
