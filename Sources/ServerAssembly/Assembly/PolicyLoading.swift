import Access
import Authority
import DurableFiles
import HTTPFront
package import Issuance
import Logging
package import Operations
import PolicyFiles
package import SQLiteLedger
import ServiceLifecycle
import UnixSignals

/// Reads `DIR/policies` into one value, or says which file and line are wrong.
struct PolicyLoading: Sendable {
    let directory: DataDirectory
    let configuration: ServerConfiguration
    let opened: OpenedIssuers

    /// - Parameter served: the paths of all endpoints, among which limits.yaml names some; nil: they are not known yet.
    func load(served: Set<String>? = nil) throws(OperatorError) -> Policies {
        do {
            let lists = [
                "organizations": configuration.organizations.map(\.description),
                "service_domains": configuration.serviceDomains.map(\.description),
            ]
            let faults = PolicyFaults()
            let profiles = ProfileSet(
                files: try files("profiles"), lists: lists,
                issuers: Dictionary(uniqueKeysWithValues: opened.issuers.map { ($0.name, $0.state) }), collecting: faults)
            let limits = try limits(collecting: faults)
            if let served { limits?.check(served: served, collecting: faults) }
            let access = AccessControl(files: try files("access"), limitClasses: limits?.names, collecting: faults)
            if let error = ConfigurationError(faults) { throw error }
            guard profiles.server != nil else {
                throw OperatorError(
                    summary: "\(directory.policies)/profiles has no profile with 'reserved: true'",
                    remedy: "restore server.yaml: the CA's own certificate is made from it")
            }
            let maker = CertificateMaker(
                profiles: profiles, issuers: opened.issuers,
                reserved: ReservedNames(hostNames: configuration.hostnames.map(\.description)), ownKeys: opened.ownKeys)
            return Policies(maker: maker, access: access, limits: limits)
        } catch {
            throw OperatorError(error)
        }
    }

    /// A folder of an older version has no such file, and limits nothing.
    private func limits(collecting faults: PolicyFaults) throws(FileFailure) -> RequestLimits? {
        let path = "\(directory.policies)/limits.yaml"
        guard try DurableFile.names(in: directory.policies).contains("limits.yaml") else { return nil }
        let text = String(decoding: try DurableFile.read(path, limit: 1 << 20), as: UTF8.self)
        return faults.reading { (faults) throws(PolicyFileError) in try RequestLimits(text: text, file: path, collecting: faults) }
    }

    /// The text of each policy file, by its path. A folder that is missing or unreadable is no empty one: that would take every right away.
    func files(_ kind: String) throws(FileFailure) -> [String: String] {
        let folder = "\(directory.policies)/\(kind)"
        var files: [String: String] = [:]
        for name in try DurableFile.names(in: folder) where name.hasSuffix(".yaml") {
            files["\(folder)/\(name)"] = String(decoding: try DurableFile.read("\(folder)/\(name)", limit: 1 << 20), as: UTF8.self)
        }
        return files
    }
}

/// Reads `DIR/policies` again at each SIGHUP. A bad set is refused with its reason, and the old one stays.
struct PolicyReload: Service {
    let authority: Authority
    let loading: PolicyLoading
    let limiter: RequestLimiter
    /// The paths of all endpoints.
    let served: Set<String>
    let logger: Logger

    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sighup)
        for await _ in signals.cancelOnGracefulShutdown() {
            if (try? IssuerList.read(loading.directory)) != loading.opened.list {
                logger.warning("issuers.yaml is not what the server started with: it is read at the next start, and not on SIGHUP")
            }
            do throws(OperatorError) {
                let policies = try loading.load(served: served)
                authority.replacePolicies(policies)
                limiter.replace(policies)
                await authority.auditReload(error: nil)
                logger.info("policies reloaded")
            } catch {
                await authority.auditReload(error: error.summary)
                logger.error("policies not reloaded; the old set stays", metadata: ["error": "\(error)"])
            }
        }
    }
}

/// A CA opened for work without listeners: its issuing keys under the policies in force, and its ledger. For programs of this repository that
/// are not shipped, such as the benchmarks' seeder: they write what the server would write, because they are built from the same rooms.
package struct OpenedAuthority: Sendable {
    /// Plans and signs certificates.
    package let maker: CertificateMaker
    /// Held until it is closed: no server can start meanwhile.
    package let ledger: SQLiteLedger

    /// Opens `DIR`; refuses one whose ledger a server has open.
    /// - Parameter variables: the process's environment, which may name the unsealing secret.
    package init(data: String, variables: [String: String]) throws(OperatorError) {
        do {
            let directory = DataDirectory(data)
            let environment = ServerEnvironment(collecting: variables)
            let configuration = try ServerConfiguration.read(directory.configuration, environment: environment)
            let opened = try OpenedIssuers(directory, configuration, environment)
            maker = try PolicyLoading(directory: directory, configuration: configuration, opened: opened).load().maker
            try StartingState(directory: directory).checkFiles()
            ledger = try SQLiteLedger.open(path: directory.ledger)
        } catch {
            throw OperatorError(error)
        }
    }
}
